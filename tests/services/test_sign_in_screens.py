"""From a state to the screen that shows it."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.services.desk import CALLER, Desk

from twogate.rules.assurance.level import Level
from twogate.rules.signin.state import Need, Purpose, State, Step
from twogate.services.accounts import Accounts
from twogate.services.screens import Ask, AskEnrolment, Ended, ShowRecoveryCodes
from twogate.services.sign_in_screens import Told, choices, screen
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

HANDLE = Secret("tg_fl_x")
FIRST = State(Purpose.SIGN_IN, Step.FIRST, Need(Level.AAL1), NOON, name="alice")
TOLD = Told(Refused(Reason.LOCKED), 1800, ("AAAA-BBBB",))


async def _screen(desk: Desk, state: State, told: Told = TOLD) -> object:
    accounts = Accounts(desk.authenticators.registry, desk.settings)
    async with desk.store.read() as unit:
        loaded = await accounts.by_name(unit, "alice", caller=CALLER, now=desk.clock.now())
    return screen(accounts, replace(state, user=loaded.facts.user), loaded, handle=HANDLE, told=told)


async def test_the_first_step_asks_for_a_name(desk: Desk) -> None:
    """And the factor that goes with it; what is told is told."""
    await desk.alice()
    shown = await _screen(desk, FIRST)
    assert isinstance(shown, Ask)
    assert shown.needs_name
    assert [choice.prompt.password for choice in shown.factors] == [True]
    assert (shown.refused, shown.retry_after) == (TOLD.refused, 1800)


async def test_codes_are_shown_with_the_step_that_made_them(desk: Desk) -> None:
    """A page that is reloaded shows none: they are hashed by then."""
    await desk.alice()
    state = replace(FIRST, step=Step.CODES)
    assert await _screen(desk, state) == ShowRecoveryCodes(HANDLE, ("AAAA-BBBB",))
    assert await _screen(desk, state, Told()) == ShowRecoveryCodes(HANDLE, ())
    assert "AAAA-BBBB" not in repr(await _screen(desk, state))


@pytest.mark.parametrize("step", [Step.FINISHED, Step.ENDED])
async def test_what_is_over_has_no_question(desk: Desk, step: Step) -> None:
    """It says what was told, or that it is over."""
    await desk.alice()
    assert await _screen(desk, replace(FIRST, step=step)) == Ended(Refused(Reason.LOCKED), 1800)
    assert await _screen(desk, replace(FIRST, step=step), Told()) == Ended(Refused(Reason.FLOW_UNKNOWN))


async def test_an_enrolment_shows_its_offer_from_memory(desk: Desk) -> None:
    """And ends if the factor has gone from the registry meanwhile."""
    await desk.alice()
    factor = desk.authenticators.registry.get("totp")
    assert factor is not None
    memory = factor.decoy(desk.entropy)
    state = replace(FIRST, step=Step.ENROL, enrolling="totp", memory=memory)
    shown = await _screen(desk, state)
    assert isinstance(shown, AskEnrolment)
    assert shown.offer.secret.replace(" ", "") == memory["secret"]
    assert memory["secret"] not in repr(shown)
    assert isinstance(await _screen(desk, replace(state, enrolling="carrier_pigeon")), Ended)


async def test_a_factor_is_offered_once(desk: Desk) -> None:
    """Two apps are one choice; what is not registered is none."""
    found = choices(desk.authenticators.registry, ["totp", "totp", "recovery_code", "sms"])
    assert [(choice.factor, choice.recovery) for choice in found] == [("totp", False), ("recovery_code", True)]
