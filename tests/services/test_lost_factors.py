"""What becomes of an account's other factors when it is recovered because all of them were lost."""

import json
import pathlib
from collections.abc import AsyncIterator

import pyotp
import pytest
from tests.rules.factors.webauthn.conftest import RULES
from tests.rules.factors.webauthn.soft_key import SoftKey
from tests.services.desk import CALLER, CHEAP, STRANGER, Person, finished, open_desk, refusal
from tests.services.grants import add_grant
from tests.services.recovering import Rescue

from twogate.rules.assurance.level import Level
from twogate.rules.factors.registry import Parameters
from twogate.rules.signin.event import CodesSaved, EnrolmentConfirmed, EnrolmentPutOff
from twogate.services.enrol import Added, Overview, Removed
from twogate.services.screens import Ask, AskEnrolment, Finished, Screen, ShowRecoveryCodes
from twogate.settings.recovery import RecoverySettings
from twogate.terms.account import Credential
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session


@pytest.fixture
async def rescue(tmp_path: pathlib.Path) -> AsyncIterator[Rescue]:
    async with open_desk(tmp_path, parameters=Parameters(hashing=CHEAP, passkeys=RULES)) as desk:
        yield Rescue(desk, RecoverySettings())


async def _with_key(rescue: Rescue, alice: Person, key: SoftKey) -> None:
    """A passkey beside the app."""
    await _set_up(rescue, (await rescue.desk.signed_in(alice)).session, key)


async def _set_up(rescue: Rescue, session: Session, key: SoftKey) -> Added:
    offered = await rescue.desk.enrol.begin(session, "webauthn", CALLER)
    assert isinstance(offered, AskEnrolment)
    made = Secret(json.dumps(key.create(offered.offer.public)))
    added = await rescue.desk.enrol.confirm(offered.handle, made, session=session, caller=CALLER)
    assert isinstance(added, Added)
    return added


async def _by_key(rescue: Rescue, key: SoftKey) -> Screen:
    """Whoever has the key and its PIN, somewhere else."""
    asked = await rescue.desk.begin(caller=STRANGER)
    assert isinstance(asked, Ask)
    question = next(one.question for one in asked.factors if one.factor == "webauthn")
    answer = Secret(json.dumps(key.get(question or {})))
    return await rescue.desk.give_code(asked, answer, factor="webauthn", caller=STRANGER)


async def _recovered(rescue: Rescue, alice: Person, secret: Secret, *, factor: str = "recovery_pass") -> Session:
    """Password, the secret, a new app, its codes."""
    desk = rescue.desk
    offered = await desk.give_code(await desk.half(alice), secret, factor=factor)
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    return finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER)).session


async def _key_of(rescue: Rescue, alice: Person) -> Credential:
    async with rescue.desk.store.read() as unit:
        (key,) = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor == "webauthn"]
    return key


async def _thief(rescue: Rescue, alice: Person, key: SoftKey) -> Session:
    """Signed in by the stolen key, with a token at the gateway."""
    thief = finished(await _by_key(rescue, key)).session
    async with rescue.desk.store.work() as unit:
        await add_grant(rescue.desk, unit, alice.user.id, thief.id)
    return thief


async def test_what_was_lost_signs_nobody_in_any_more(rescue: Rescue) -> None:
    """With the new app the lost key is off, its session over at the gateways, its owner told; found, it is set up."""
    desk, alice, key = rescue.desk, await rescue.desk.alice(), SoftKey()
    await _with_key(rescue, alice, key)
    secret = await rescue.secret(alice)
    async with desk.store.read() as unit:
        before = await unit.feed.head()
    session = (await _recovered_while_in(rescue, alice, key, secret=secret))[1]
    assert desk.gateways
    assert desk.gateways[-1] > before
    assert (await _key_of(rescue, alice)).disabled is not None
    assert not isinstance(await _by_key(rescue, key), Finished)
    assert any("reported lost" in one.subject for one in await desk.notices(alice))
    assert [row.facts["factor"] for row in await desk.audit(Event.USER_FACTOR_DISABLED)] == ["webauthn"]
    shown = await desk.enrol.overview(session, CALLER)
    assert isinstance(shown, Overview)
    assert [(one.factor.factor, one.removable) for one in shown.off] == [("webauthn", True)]
    assert "webauthn" not in {one.factor.factor for one in shown.listed}
    assert isinstance(await desk.enrol.remove(session, shown.off[0].credential, CALLER), Removed)
    await _set_up(rescue, session, key)
    assert isinstance(await _by_key(rescue, key), Finished)


async def _recovered_while_in(
    rescue: Rescue, alice: Person, key: SoftKey, *, secret: Secret
) -> tuple[Session, Session]:
    """The thief signs in after the owner has shown the pass, before the new app is set up."""
    desk = rescue.desk
    offered = await desk.give_code(await desk.half(alice), secret, factor="recovery_pass")
    assert isinstance(offered, AskEnrolment)
    thief = await _thief(rescue, alice, key)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    owner = finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER)).session
    async with desk.store.read() as unit:
        over = await unit.sessions.get(thief.id)
    assert over is not None
    assert over.ended is not None
    return thief, owner


async def test_set_up_later_it_is_the_same(rescue: Rescue) -> None:
    """Whoever puts the new factor off and sets it up in the portal gets a new sheet, and what was lost is off."""
    desk, alice, key = rescue.desk, await rescue.desk.alice(), SoftKey()
    await _with_key(rescue, alice, key)
    secret, sheet = await rescue.secret(alice), alice.codes
    offered = await desk.give_code(await desk.half(alice), secret, factor="recovery_pass")
    done = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))  # type: ignore[union-attr]
    assert done.assurance.level is Level.AAL1
    assert (await _key_of(rescue, alice)).disabled is None
    asked = await desk.enrol.begin(done.session, "totp", CALLER)
    assert isinstance(asked, AskEnrolment)
    alice.app = pyotp.parse_uri(asked.offer.uri)
    added = await desk.enrol.confirm(asked.handle, alice.code(desk), session=done.session, caller=CALLER)
    assert isinstance(added, Added)
    assert added.codes
    assert not set(added.codes) & set(sheet)
    assert (await _key_of(rescue, alice)).disabled is not None


async def test_a_code_of_the_sheet_says_nothing_of_other_kinds(rescue: Rescue) -> None:
    """Whoever lost the app and takes a code from the sheet keeps the key."""
    alice, key = await rescue.desk.alice(), SoftKey()
    await _with_key(rescue, alice, key)
    await _recovered(rescue, alice, Secret(alice.codes[0]), factor="recovery_code")
    assert (await _key_of(rescue, alice)).disabled is None
    assert isinstance(await _by_key(rescue, key), Finished)


async def test_what_is_off_is_removed_by_its_owner_alone(rescue: Rescue) -> None:
    """Somebody else names it, and is told that there is nothing of that kind."""
    desk, alice, bob, key = rescue.desk, await rescue.desk.alice(), await rescue.desk.alice("bob"), SoftKey()
    await _with_key(rescue, alice, key)
    own = await _key_of(rescue, alice)
    async with desk.store.work() as unit:
        await unit.credentials.set_disabled(own.id, desk.clock.now())
    refused = await desk.enrol.remove((await desk.signed_in(bob)).session, own.id, CALLER)
    assert refusal(refused).reason is Reason.FACTOR_NOT_OFFERED
    assert await _key_of(rescue, alice)
