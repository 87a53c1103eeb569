"""Whose an answer is and what it is worth, on the real services and a real database."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.rules.factors.webauthn.conftest import RULES
from tests.rules.factors.webauthn.soft_key import SoftKey
from tests.services.desk import CALLER, CHEAP, STRANGER, Desk, Person, finished, open_desk, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.factors.registry import Parameters
from twogate.rules.signin.event import CodeGiven, CodesSaved, EnrolmentConfirmed, FactorChosen
from twogate.services.enrol import Added
from twogate.services.screens import Ask, AskEnrolment, Screen, ShowRecoveryCodes
from twogate.terms.account import Credential
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, parameters=Parameters(hashing=CHEAP, passkeys=RULES)) as opened:
        yield opened


def question(screen: Screen) -> Mapping[str, Any]:
    assert isinstance(screen, Ask), screen
    found = next(one.question for one in screen.factors if one.factor == "webauthn")
    assert found is not None
    return found


def given(answer: Mapping[str, Any]) -> CodeGiven:
    return CodeGiven("webauthn", Secret(json.dumps(answer)))


async def newcomer(desk: Desk, name: str, key: SoftKey) -> Person:
    """Somebody whose first second factor is this key."""
    person = await desk.add(name)
    offered = await desk.give_password(person)
    assert isinstance(offered, AskEnrolment)
    if offered.factor.factor != "webauthn":
        offered = await desk.sign_in.advance(offered.handle, FactorChosen("webauthn"), CALLER)
    assert isinstance(offered, AskEnrolment), offered
    made = Secret(json.dumps(key.create(offered.offer.public)))
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(made), CALLER)
    assert isinstance(shown, ShowRecoveryCodes), shown
    finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER))
    desk.clock.advance(60)
    return person


async def credential(desk: Desk, person: Person) -> Credential:
    async with desk.store.read() as unit:
        return next(one for one in await unit.credentials.of_user(person.user.id) if one.factor == "webauthn")


async def test_case_13_an_answer_serves_no_other_flow(desk: Desk) -> None:
    """What answered one sign-in is refused by another, open at the same time or later."""
    key = SoftKey()
    await newcomer(desk, "alice", key)
    first, second = await desk.begin(), await desk.begin(caller=STRANGER)
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    answer = given(key.get(question(first)))
    assert refusal(await desk.sign_in.advance(second.handle, answer, STRANGER)).reason is Reason.PASSKEY_WRONG
    assert finished(await desk.sign_in.advance(first.handle, answer, CALLER)).assurance.level is Level.PHR
    assert refusal(await desk.sign_in.advance(first.handle, answer, CALLER)).reason is Reason.FLOW_UNKNOWN


async def test_a_challenge_is_burnt_by_a_wrong_answer(desk: Desk) -> None:
    """After a refusal the next screen asks anew; the right answer to the old question comes too late."""
    key = SoftKey()
    await newcomer(desk, "alice", key)
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    right = key.get(question(asked))
    again = await desk.sign_in.advance(asked.handle, given({**right, "type": "other"}), CALLER)
    assert isinstance(again, Ask)
    assert question(again) != question(asked)
    assert refusal(await desk.sign_in.advance(again.handle, given(right), CALLER)).reason is Reason.PASSKEY_WRONG


async def test_a_copy_is_switched_off_and_its_owner_told(desk: Desk) -> None:
    """A counter that falls behind under a good signature: refused, disabled, on record, and in a notice."""
    key = SoftKey(count=5)
    person = await newcomer(desk, "alice", key)
    key.count = 3
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    refused = refusal(await desk.sign_in.advance(asked.handle, given(key.get(question(asked))), CALLER))
    assert refused.reason is Reason.AUTHENTICATOR_CLONED
    assert (await credential(desk, person)).disabled is not None
    assert [row.subject for row in await desk.audit(Event.USER_FACTOR_DISABLED)] == [person.user.id]
    assert any("Passkey" in one.text for one in await desk.notices(person))
    key.count = 99
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    refused = refusal(await desk.sign_in.advance(asked.handle, given(key.get(question(asked))), CALLER))
    assert refused.reason is Reason.PASSKEY_WRONG


async def test_case_35_a_key_opens_its_owners_account_only(desk: Desk) -> None:
    """After Alice's password Bob's key does not do; alone it signs Bob in, whatever name was typed before."""
    alices, bobs = SoftKey(), SoftKey(credential_id=b"bobs-credential.")
    alice = await newcomer(desk, "alice", alices)
    bob = await newcomer(desk, "bob", bobs)
    asked = await desk.half(alice)
    answer = given(bobs.get(question(asked)))
    assert refusal(await desk.sign_in.advance(asked.handle, answer, CALLER)).reason is Reason.PASSKEY_WRONG
    wrong = await desk.give_password(alice, Secret("not the password"))
    assert isinstance(wrong, Ask)
    done = finished(await desk.sign_in.advance(wrong.handle, given(bobs.get(question(wrong))), CALLER))
    assert done.user.id == bob.user.id


async def test_a_credential_belongs_to_one_account(desk: Desk) -> None:
    """Section 7.1, step 26: a credential id that somebody has is refused for everybody else."""
    key = SoftKey()
    await newcomer(desk, "alice", key)
    thief = SoftKey(credential_id=key.credential_id)
    offered = await desk.give_password(await desk.add("bob"))
    assert isinstance(offered, AskEnrolment)
    offered = await desk.sign_in.advance(offered.handle, FactorChosen("webauthn"), CALLER)
    assert isinstance(offered, AskEnrolment)
    made = EnrolmentConfirmed(Secret(json.dumps(thief.create(offered.offer.public))))
    refused = refusal(await desk.sign_in.advance(offered.handle, made, CALLER))
    assert refused.reason is Reason.ALREADY_ENROLLED


async def test_case_33_a_wrong_password_does_not_tell_who_has_a_passkey(desk: Desk) -> None:
    """With passkeys, without, and for no account at all: the same question but for its challenge."""
    has = await newcomer(desk, "alice", SoftKey())
    has_not = await desk.add("bob")
    asked = []
    for person in (has, has_not, "nobody"):
        screen = await desk.give_password(person, Secret("not the password"))
        shown = dict(question(screen)["publicKey"])
        assert shown.pop("challenge")
        asked.append(shown)
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["allowCredentials"] == []


async def test_an_unknown_key_is_counted_and_refused(desk: Desk) -> None:
    """A stranger's key costs tries of nobody's account, and locks nobody out."""
    key, stranger = SoftKey(), SoftKey(credential_id=b"strangers-key...")
    await newcomer(desk, "alice", key)
    for _ in range(12):
        asked = await desk.begin(caller=STRANGER)
        assert isinstance(asked, Ask)
        stranger.handle = key.handle
        refused = refusal(await desk.sign_in.advance(asked.handle, given(stranger.get(question(asked))), STRANGER))
    assert refused.reason in {Reason.PASSKEY_WRONG, Reason.LOCKED}
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    finished(await desk.sign_in.advance(asked.handle, given(key.get(question(asked))), CALLER))


async def test_a_second_key_stands_beside_the_first(desk: Desk) -> None:
    """On the account page: the first is excluded, the second is added, both open the account."""
    first, second = SoftKey(), SoftKey(credential_id=b"second-key......")
    await newcomer(desk, "alice", first)
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    session: Session = finished(
        await desk.sign_in.advance(asked.handle, given(first.get(question(asked))), CALLER)
    ).session
    offered = await desk.enrol.begin(session, "webauthn", CALLER)
    assert isinstance(offered, AskEnrolment)
    excluded = offered.offer.public["publicKey"]["excludeCredentials"]
    assert [one["id"] for one in excluded] == [first.name]
    made = Secret(json.dumps(second.create(offered.offer.public)))
    assert isinstance(await desk.enrol.confirm(offered.handle, made, session=session, caller=CALLER), Added)
    for key in (first, second):
        asked = await desk.begin()
        assert isinstance(asked, Ask)
        finished(await desk.sign_in.advance(asked.handle, given(key.get(question(asked))), CALLER))
