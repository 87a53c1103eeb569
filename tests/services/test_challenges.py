"""Factors that ask something: a key that signs a fresh challenge, a code that is sent, a phone that is waited for."""

import pathlib
from collections.abc import AsyncIterator, Sequence

import pytest
from tests.services.desk import CALLER, PASSWORD, Desk, Person, finished, open_desk, refusal
from tests.services.grants import add_grant

from twogate.rules.assurance.level import Level
from twogate.rules.factors.contract import (
    Accepted,
    Account,
    Begin,
    Challenge,
    Checked,
    FactorState,
    Offer,
    Prompt,
    Role,
    Sends,
    Traits,
)
from twogate.rules.signin.event import CodeGiven, FactorChosen, PasswordGiven
from twogate.services.enrol import Added
from twogate.services.screens import Ask, AskEnrolment, Choice, Ended, Finished, Screen
from twogate.store.unit import Unit
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused

_HELD = Nature(frozenset({Category.HELD}), ("otp",))
_BOTH = Nature(frozenset({Category.HELD, Category.KNOWN}), ("swk",), phishing_resistant=True)


class Key(Traits):
    """Signs by saying its name and the challenge; a counter that goes back is a copy."""

    name, role, lane = "key", Role.SECOND, "key"
    prompt = Prompt("Key", "Key")
    many = eager = discoverable = True

    def nature(self, _state: FactorState) -> Nature:
        return _BOTH

    def identifier(self, state: FactorState) -> str:
        return str(state["id"])

    def addressed(self, given: Secret) -> str:
        return given.text().partition("|")[0]

    def decoy(self, _entropy: Entropy) -> FactorState:
        return {"id": "nobody's", "count": 0}

    def offer(self, account: Account, _entropy: Entropy) -> Begin:
        return Begin(Offer(public={"have": len(account.existing), "user": account.handle}), {})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer()

    def accept(self, _remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        return Passed(Accepted({"id": given.text(), "count": 0}, _BOTH, label=f"Key {given.text()}"))

    def challenge(self, states: Sequence[FactorState], entropy: Entropy, _now: Instant) -> Challenge | None:
        value = entropy.bytes(8).hex()
        return Challenge({"value": value}, {"value": value, "allow": [one["id"] for one in states]})

    def check(
        self, state: FactorState, given: Secret, _now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        called, _, rest = given.text().partition("|")
        value, _, count = rest.partition("|")
        if asked is None or value != asked["value"] or called != state["id"]:
            return Refused(Reason.CODE_WRONG)
        if int(count) <= int(state["count"]):
            return Refused(Reason.AUTHENTICATOR_CLONED)
        return Passed(Checked(_BOTH, {**state, "count": int(count)}))


class Letter(Traits):
    """Sends a code to an address that was confirmed by a code."""

    name, role, lane = "letter", Role.SECOND, "letter"
    prompt = Prompt("Letter", "Code from the letter")
    sends = Sends(most=3, within=600)

    def nature(self, _state: FactorState) -> Nature:
        return _HELD

    def decoy(self, _entropy: Entropy) -> FactorState:
        return {"to": ""}

    def offer(self, _account: Account, _entropy: Entropy) -> Begin:
        return Begin(Offer(ask=Prompt("Letter", "Address")), {})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer()

    def accept(self, remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        if not remembered:
            return Passed(Begin(Offer(hint="sent"), {"to": given.text()}, _letter(given.text(), "first")))
        if given.text() != "first":
            return Refused(Reason.CODE_WRONG)
        return Passed(Accepted(remembered, _HELD))

    def challenge(self, states: Sequence[FactorState], entropy: Entropy, _now: Instant) -> Challenge | None:
        code = entropy.bytes(4).hex()
        return Challenge({"code": code}, {"to": "***"}, _letter(str(states[0]["to"]), code))

    def check(
        self, _state: FactorState, given: Secret, _now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        if asked is None or given.text() != asked["code"]:
            return Refused(Reason.CODE_WRONG)
        return Passed(Checked(_HELD))


class Phone(Letter):
    """Is waited for."""

    name, lane = "phone", "phone"
    awaited = True
    sends = Sends(most=3, within=600)

    def accept(self, _remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        return Passed(Accepted({"to": given.text()}, _HELD))


class Desk2:
    """Keeps one question, and its answer once somebody puts it there."""

    def __init__(self) -> None:
        self.asked: list[FactorState] = []
        self.reply: Secret | None = None

    async def begun(
        self,
        _unit: Unit,
        _user: UserId,
        challenge: Challenge,
        *,
        credential: Credential | None,
        action: str,
        caller: Caller,
    ) -> None:
        assert credential is not None
        assert action == "sign_in"
        assert caller == CALLER
        self.asked.append(challenge.remember)

    async def answer(self, _unit: Unit, _asked: FactorState) -> Secret | Refused | None:
        return self.reply

    async def used(self, _unit: Unit, _asked: FactorState) -> Refused | None:
        return None

    async def offered(self, _unit: Unit, _user: UserId, _memory: FactorState) -> None:
        """Nothing is let in: it is typed on the page."""

    async def confirmed(self, _unit: Unit, _memory: FactorState, typed: Secret) -> Secret | Refused:
        return typed


def _letter(to: str, code: str) -> Dispatch:
    return Dispatch(Channel.SMS, to, {"code": code})


@pytest.fixture
def phones() -> Desk2:
    return Desk2()


@pytest.fixture
async def desk(tmp_path: pathlib.Path, phones: Desk2) -> AsyncIterator[Desk]:
    """A desk that knows these factors too."""
    async with open_desk(tmp_path, more=(Key(), Letter(), Phone()), awaited=phones) as opened:
        yield opened


async def _give(desk: Desk, person: Person, factor: str, *given: str) -> Added:
    """Set a factor up in a session."""
    return await _set_up(desk, (await desk.signed_in(person)).session, factor, *given)


async def _set_up(desk: Desk, session: Session, factor: str, *given: str) -> Added:
    asked = await desk.enrol.begin(session, factor, CALLER)
    for one in given:
        assert isinstance(asked, AskEnrolment), asked
        asked = await desk.enrol.confirm(asked.handle, Secret(one), session=session, caller=CALLER)  # type: ignore[assignment]
    assert isinstance(asked, Added), asked
    return asked


def _choice(screen: Screen, factor: str) -> Choice:
    assert isinstance(screen, Ask), screen
    return next(one for one in screen.factors if one.factor == factor)


def _value(screen: Screen) -> str:
    question = _choice(screen, "key").question
    assert question is not None
    return str(question["value"])


async def _sent(desk: Desk) -> list[str]:
    now = desk.clock.now()
    async with desk.store.work() as unit:
        waiting = await unit.dispatches.take(now, lease=60)
        for one in waiting:
            await unit.dispatches.sent(one.id, now)
    return [one.dispatch.facts["code"] for one in waiting if "code" in one.dispatch.facts]  # not the notices


async def test_a_discoverable_factor_answers_before_a_name(desk: Desk) -> None:
    """The first page asks it; its answer says whose it is, and is worth two factors."""
    alice = await desk.alice()
    await _give(desk, alice, "key", "k1")
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    assert [one.factor for one in asked.factors] == ["password", "key"]
    done = finished(await desk.give_code(asked, Secret(f"k1|{_value(asked)}|1"), factor="key"))
    assert done.user.id == alice.user.id
    assert done.assurance.level is Level.PHR


async def test_a_challenge_is_good_for_one_step(desk: Desk) -> None:
    """Each page has its own; an answer to an earlier one is wrong, and the handle it came with is used up."""
    alice = await desk.alice()
    await _give(desk, alice, "key", "k1")
    first = await desk.begin()
    second = await desk.give_code(first, Secret("k1|something else|1"), factor="key")
    assert refusal(second).reason is Reason.CODE_WRONG
    assert _value(second) != _value(first)
    third = await desk.give_code(second, Secret(f"k1|{_value(first)}|1"), factor="key")
    assert refusal(third).reason is Reason.CODE_WRONG
    assert refusal(await desk.give_code(first, Secret(f"k1|{_value(first)}|1"), factor="key")).reason is (
        Reason.FLOW_UNKNOWN
    )
    assert isinstance(await desk.give_code(third, Secret(f"k1|{_value(third)}|1"), factor="key"), Finished)


async def test_a_reloaded_page_asks_the_same(desk: Desk) -> None:
    """Looking changes no challenge."""
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    assert _value(await desk.sign_in.look(asked.handle, CALLER)) == _value(asked)


async def test_an_unknown_credential_is_wrong_like_any_other(desk: Desk) -> None:
    """Nobody's key is refused as a wrong one is, and is not a way to lock anybody out."""
    asked = await desk.begin()
    told = refusal(await desk.give_code(asked, Secret(f"k9|{_value(asked)}|1"), factor="key"))
    assert told == Refused(Reason.CODE_WRONG)


async def test_a_copied_key_is_switched_off_and_its_owner_told(desk: Desk) -> None:
    """A counter that went back: refused, disabled, told; what rested on it ends, the next answer proves nothing.

    The answer waits until the gateways refuse those sessions, too.
    """
    alice = await desk.alice()
    await _give(desk, alice, "key", "k1")
    asked = await desk.begin()
    session = finished(await desk.give_code(asked, Secret(f"k1|{_value(asked)}|5"), factor="key")).session
    async with desk.store.work() as unit:
        await add_grant(desk, unit, alice.user.id, session.id)
    asked = await desk.begin()
    told = await desk.give_code(asked, Secret(f"k1|{_value(asked)}|5"), factor="key")
    assert refusal(told).reason is Reason.AUTHENTICATOR_CLONED
    again = await desk.give_code(told, Secret(f"k1|{_value(told)}|6"), factor="key")
    assert isinstance(again, Ask)
    assert again.refused is not None
    async with desk.store.read() as unit:
        ended = await unit.sessions.get(session.id)
        assert ended is not None
        assert ended.ended is not None
        assert desk.gateways == [await unit.feed.head()]
        subjects = [one.subject for one in await unit.notices.of_user(alice.user.id, limit=5)]
    assert "A key of yours may have been copied" in subjects


async def test_several_keys_and_none_twice(desk: Desk) -> None:
    """Two keys have their own names; one that is enrolled already is refused, whoever brings it."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    added = await _give(desk, alice, "key", "k1")
    await _set_up(desk, added.session, "key", "k2")
    half = await desk.half(alice)
    question = _choice(half, "key").question
    assert question is not None
    assert sorted(question["allow"]) == ["k1", "k2"]
    session = (await desk.signed_in(bob)).session
    asked = await desk.enrol.begin(session, "key", CALLER)
    assert isinstance(asked, AskEnrolment)
    told = await desk.enrol.confirm(asked.handle, Secret("k2"), session=session, caller=CALLER)
    assert isinstance(told, AskEnrolment)
    assert told.refused is not None
    assert told.refused.reason is Reason.ALREADY_ENROLLED


async def test_a_code_is_sent_once_it_is_chosen(desk: Desk) -> None:
    """The first page only offers it; a wrong code leaves the same question, the right one counts once."""
    alice = await desk.alice()
    await _give(desk, alice, "letter", "home", "first")
    await _sent(desk)
    half = await desk.half(alice)
    assert _choice(half, "letter").to_choose
    assert await _sent(desk) == []
    chosen = await desk.sign_in.advance(half.handle, FactorChosen("letter"), CALLER)
    assert _choice(chosen, "letter").question == {"to": "***"}
    assert isinstance(chosen, Ask)
    assert chosen.factors[0].factor == "letter"
    code = (await _sent(desk))[0]
    wrong = await desk.give_code(chosen, Secret("nonsense"), factor="letter")
    assert refusal(wrong).reason is Reason.CODE_WRONG
    assert isinstance(await desk.give_code(wrong, Secret(code), factor="letter"), Finished)
    other = await desk.half(alice)
    assert refusal(await desk.give_code(other, Secret(code), factor="letter")).reason is Reason.CODE_WRONG


async def test_sending_has_a_limit_whoever_asks(desk: Desk) -> None:
    """The fourth letter within ten minutes is refused, in a new flow too, and nothing is sent."""
    alice = await desk.alice()
    await _give(desk, alice, "letter", "home", "first")
    for _ in range(2):
        half = await desk.half(alice)
        await desk.sign_in.advance(half.handle, FactorChosen("letter"), CALLER)
    await _sent(desk)
    half = await desk.half(alice)
    told = await desk.sign_in.advance(half.handle, FactorChosen("letter"), CALLER)
    assert refusal(told).reason is Reason.TOO_MANY_SENT
    async with desk.store.read() as unit:
        assert await unit.dispatches.count(alice.user.id, Channel.SMS, Instant(0)) == 3


async def test_a_factor_that_was_not_offered_is_not_asked(desk: Desk) -> None:
    """Choosing what one does not have sends nothing and says so."""
    alice = await desk.alice()
    half = await desk.half(alice)
    told = await desk.sign_in.advance(half.handle, FactorChosen("letter"), CALLER)
    assert refusal(told).reason is Reason.FACTOR_NOT_OFFERED
    begun = await desk.begin()
    assert isinstance(begun, Ask)
    assert refusal(await desk.sign_in.advance(begun.handle, FactorChosen("key"), CALLER)).reason is (
        Reason.STEP_OUT_OF_ORDER
    )


async def test_an_awaited_answer_is_looked_for_and_not_counted(desk: Desk, phones: Desk2) -> None:
    """Asking whether it is there costs no try; what a page types in its place is not looked at."""
    alice = await desk.alice()
    await _give(desk, alice, "phone", "hers")
    half = await desk.half(alice)
    screen: Screen = await desk.sign_in.advance(half.handle, FactorChosen("phone"), CALLER)
    code = str(phones.asked[-1]["code"])
    for _ in range(15):
        assert isinstance(screen, Ask)
        screen = await desk.sign_in.advance(screen.handle, CodeGiven("phone", Secret(code)), CALLER)
        assert refusal(screen).reason is Reason.ANSWER_AWAITED
    assert len(phones.asked) == 1
    phones.reply = Secret(code)
    finished(await desk.give_code(screen, Secret(""), factor="phone"))


async def test_a_step_up_does_not_take_another_persons_key(desk: Desk) -> None:
    """In a session the account is known: a key of somebody else is a wrong key."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    await _give(desk, bob, "key", "kb")
    await _give(desk, alice, "key", "ka")
    half = await desk.half(alice)
    told = await desk.give_code(half, Secret(f"kb|{_value(half)}|1"), factor="key")
    assert refusal(told).reason is Reason.CODE_WRONG


async def test_a_name_given_after_all_ends_the_other_way(desk: Desk) -> None:
    """Name and password on a page that also asked a key: the flow goes on with them."""
    alice = await desk.alice()
    await _give(desk, alice, "key", "k1")
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    half = await desk.sign_in.advance(asked.handle, PasswordGiven("alice", PASSWORD), CALLER)
    assert {one.factor for one in half.factors} >= {"key", "totp"}  # type: ignore[union-attr]
    assert not isinstance(half, Ended)
