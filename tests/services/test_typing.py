"""How somebody types their password: chosen, compared, learnt from, erased."""

import json

import pytest
from tests.rules.behaviour.typists import Dice
from tests.services.desk import CALLER, WRONG, Desk, Person, finished, refusal
from tests.services.map_of_tests import at_places

from twogate.rules.behaviour.typing import LEAST_SAMPLES
from twogate.rules.signin.event import PasswordGiven
from twogate.rules.signin.state import Purpose, State
from twogate.services.flow_handles import opened
from twogate.services.screens import Ask, Screen
from twogate.services.typing import TypingChoice
from twogate.settings.risk import RiskSettings, Wish
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

OFFERED = RiskSettings(typing=True)


def typed(dice: Dice, *, held: float = 90, step: float = 180) -> str:
    """What the page sends of one typing of a password of eighteen characters."""
    down, keys = 0.0, []
    for _ in range(18):
        keys.append([round(down), round(down + dice.normal(held, held / 12))])
        down += dice.normal(step, step / 12)
    return json.dumps(keys)


async def half(desk: Desk, person: Person, text: str, *, password: Secret | None = None) -> Screen:
    """Begin, and give name and password as somebody types it."""
    desk.clock.advance(60)
    asked = await desk.begin()
    assert isinstance(asked, Ask)
    given = PasswordGiven(person.user.name, password or person.password, typing=text)
    return await desk.sign_in.advance(asked.handle, given, CALLER)


async def sign_in(desk: Desk, person: Person, text: str) -> None:
    """All the way."""
    asked = await half(desk, person, text)
    finished(await desk.give_code(asked, person.code(desk)))


def choice(desk: Desk, *, offered: bool = True) -> TypingChoice:
    return TypingChoice(desk.store, desk.clock, offered=offered)


async def unlike(desk: Desk) -> int:
    """How often typing was found unlike."""
    return sum("typing_unlike" in row.facts for row in await desk.audit(Event.USER_SIGN_IN_UNUSUAL))


async def test_nothing_is_kept_of_anybody_who_has_not_chosen_it(desk: Desk) -> None:
    """Not even while the sign-in is under way."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    asked = await half(here, alice, typed(Dice(1)))
    assert isinstance(asked, Ask)
    async with desk.store.read() as unit:
        state = opened(
            await unit.flows.get(asked.handle.sha256()), asked.handle, purposes=(Purpose.SIGN_IN,), now=desk.clock.now()
        )
        assert await unit.typing.of_user(alice.user.id) is None
    assert isinstance(state, State)
    assert state.typing == ""
    assert await choice(desk).samples(alice.user.id) is None


async def test_the_operator_has_to_offer_it(desk: Desk) -> None:
    """Without the setting nobody can choose it, and what a form sends is dropped."""
    alice = await desk.alice()
    assert not await choice(desk, offered=False).choose(alice.user.id)
    await choice(desk).choose(alice.user.id)
    await sign_in(at_places(desk), alice, typed(Dice(1)))
    assert await choice(desk).samples(alice.user.id) == 0


async def test_it_is_learnt_and_says_something_after_ten_samples(desk: Desk) -> None:
    """The owner is like themselves; somebody slow with the same password is not, and gets in all the same."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    assert await choice(desk).choose(alice.user.id)
    own = Dice(2)
    for _ in range(LEAST_SAMPLES + 1):
        await sign_in(here, alice, typed(own))
    assert await unlike(desk) == 0
    assert await choice(desk).samples(alice.user.id) == LEAST_SAMPLES + 1
    await sign_in(here, alice, typed(Dice(4), held=150, step=400))
    assert await unlike(desk) == 1


async def test_typing_never_raises_an_assurance(desk: Desk) -> None:
    """NIST SP 800-63B-4: a signal is no authenticator. Typed like its owner, a password is worth a password."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    await choice(desk).choose(alice.user.id)
    own = Dice(5)
    for _ in range(LEAST_SAMPLES + 1):
        await sign_in(here, alice, typed(own))
    asked = await half(here, alice, typed(own))
    assert isinstance(asked, Ask)
    assert asked.because == ("level_too_low",)
    wrong = await half(here, alice, typed(own), password=WRONG)
    assert refusal(wrong).reason is Reason.PASSWORD_WRONG


async def test_an_operator_may_refuse_what_is_unlike(desk: Desk) -> None:
    """A wish as for every other fact."""
    alice = await desk.alice()
    here = at_places(desk, risk=RiskSettings(typing=True, typing_unlike=Wish.DENY))
    await choice(desk).choose(alice.user.id)
    own = Dice(6)
    for _ in range(LEAST_SAMPLES):
        await sign_in(here, alice, typed(own))
    asked = await half(here, alice, typed(Dice(7), held=200, step=500))
    ended = await here.give_code(asked, alice.code(desk))
    assert refusal(ended).reason is Reason.RISK_REFUSED
    assert await choice(desk).samples(alice.user.id) == LEAST_SAMPLES  # nothing is learnt from it
    await sign_in(here, alice, "")  # a password manager types nothing, and nothing is said


async def test_a_changed_password_is_learnt_anew(desk: Desk) -> None:
    """Nobody is unlike themselves because they obeyed a reminder."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    await choice(desk).choose(alice.user.id)
    own = Dice(9)
    for _ in range(LEAST_SAMPLES):
        await sign_in(here, alice, typed(own))
    await desk.people.reset_password(alice.user.name, password=Secret("plum-orbit-lanterns"), actor="cli:test")
    alice.password = Secret("plum-orbit-lanterns")
    await sign_in(here, alice, typed(own, held=150, step=400))
    assert await unlike(desk) == 0
    assert await choice(desk).samples(alice.user.id) == 1


@pytest.mark.parametrize("text", ["", "x", "[[0,1]]", "[" * 5000, json.dumps([[0, 1]] * 100)])
async def test_a_form_field_that_is_none_of_ours_says_nothing(desk: Desk, text: str) -> None:
    """It neither stops a sign-in nor is learnt."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    await choice(desk).choose(alice.user.id)
    await sign_in(here, alice, text)
    assert await choice(desk).samples(alice.user.id) == 0


async def test_taking_the_choice_back_erases_everything(desk: Desk) -> None:
    """Also where the operator has ceased to offer it; both are in the audit log."""
    alice, here = await desk.alice(), at_places(desk, risk=OFFERED)
    await choice(desk).choose(alice.user.id)
    await sign_in(here, alice, typed(Dice(8)))
    assert await choice(desk, offered=False).take_back(alice.user.id)
    assert not await choice(desk).take_back(alice.user.id)
    assert await choice(desk).samples(alice.user.id) is None
    for event in (Event.USER_TYPING_CHOSEN, Event.USER_TYPING_ERASED):
        assert [row.subject for row in await desk.audit(event)] == [alice.user.id]
