"""A code counts once: in its drift window, in every session, under races (RFC 6238 section 5.2)."""

import asyncio
from collections import Counter

import pytest
from tests.services.desk import AAL2, CALLER, PASSWORD, STRANGER, Desk, finished, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.screens import Ask, AskEnrolment
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


@pytest.mark.parametrize("later", [0, 1, 29, 30, 59])
async def test_case_01_totp_replay_in_the_drift_window(desk: Desk, later: int) -> None:
    """A code that was accepted is refused as long as a clock could still call it valid, whoever sends it."""
    alice = await desk.alice()
    code = alice.code(desk)
    finished(await desk.give_code(await desk.half(alice), code))
    desk.clock.advance(later)
    for caller in (CALLER, STRANGER):
        again = await desk.give_code(await desk.half(alice, caller=caller), code, caller=caller)
        assert refusal(again).reason is Reason.CODE_REPLAYED


async def test_case_01_totp_replay_of_a_code_from_the_future(desk: Desk) -> None:
    """A code of a phone that is fast is refused for the minute and a half in which it could be valid."""
    alice = await desk.alice()
    code = alice.code(desk, steps=1)
    finished(await desk.give_code(await desk.half(alice), code))
    for _ in range(2):
        desk.clock.advance(44)
        assert refusal(await desk.give_code(await desk.half(alice), code)).reason is Reason.CODE_REPLAYED


async def test_case_01_totp_replay_in_a_step_up(desk: Desk) -> None:
    """The code of the sign-in does not step the same session up."""
    alice = await desk.alice()
    code = alice.code(desk)
    done = finished(await desk.give_code(await desk.half(alice), code))
    desk.clock.advance(29)
    asked = await desk.begin(need=Need(Level.AAL2, 10), session=done.session)
    assert isinstance(asked, Ask)
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    assert refusal(await desk.give_code(asked, code)).reason is Reason.CODE_REPLAYED


async def test_case_01_totp_replay_of_the_code_that_set_the_app_up(desk: Desk) -> None:
    """The code that confirmed a new app was used by that."""
    person = await desk.add()
    await desk.enrol_at_sign_in(person)
    again = await desk.give_code(await desk.half(person), person.code(desk))
    assert refusal(again).reason is Reason.CODE_REPLAYED


async def test_case_02_no_trailing_step_after_an_accepted_one(desk: Desk) -> None:
    """After a step was accepted neither it nor the one before it passes; the next one does."""
    alice = await desk.alice()
    finished(await desk.give_code(await desk.half(alice), alice.code(desk)))
    for steps in (0, -1, 0, -1):
        again = await desk.give_code(await desk.half(alice), alice.code(desk, steps=steps))
        assert refusal(again).reason in {Reason.CODE_REPLAYED, Reason.CODE_WRONG}
    finished(await desk.give_code(await desk.half(alice), alice.code(desk, steps=1)))
    for steps in (1, 0, -1):
        again = await desk.give_code(await desk.half(alice), alice.code(desk, steps=steps))
        assert isinstance(again, Ask)
        assert refusal(again).reason in {Reason.CODE_REPLAYED, Reason.CODE_WRONG}


async def test_case_02_racing_codes_of_three_steps_move_forward_only(desk: Desk) -> None:
    """The three codes of one window at once, from nine half-sessions: no step is accepted twice."""
    alice = await desk.alice()
    halves = [await desk.half(alice) for _ in range(9)]
    codes = [alice.code(desk, steps=at % 3 - 1) for at in range(9)]
    screens = await asyncio.gather(*(desk.give_code(half, code) for half, code in zip(halves, codes, strict=True)))
    won = Counter(
        code.text() for screen, code in zip(screens, codes, strict=True) if type(screen).__name__ == "Finished"
    )
    assert 1 <= len(won) <= 3
    assert set(won.values()) == {1}


async def test_case_21_a_recovery_code_once_under_race(desk: Desk) -> None:
    """Eight half-sessions race with one recovery code: one gets on, and nine codes are left."""
    alice = await desk.alice()
    halves = [await desk.half(alice) for _ in range(8)]
    code = Secret(alice.codes[4])
    screens = await asyncio.gather(*(desk.give_code(half, code, factor="recovery_code") for half in halves))
    assert Counter(type(screen) for screen in screens) == {AskEnrolment: 1, Ask: 7}
    done = await desk.signed_in(alice, need=AAL2)
    overview = await desk.enrol.overview(done.session, CALLER)
    assert not isinstance(overview, Refused)
    assert [one.left for one in overview.listed if one.factor.recovery] == [9]


async def test_case_21_what_is_no_recovery_code_is_none(desk: Desk) -> None:
    """Wrong, empty, cut short, joined: none of them is taken for a code."""
    alice = await desk.alice()
    first, second = alice.codes[:2]
    for wrong in ("", first[:-1], first + second, first[:-1] + "!", "true", "0"):
        screen = await desk.give_code(await desk.half(alice), Secret(wrong), factor="recovery_code")
        assert isinstance(screen, Ask), wrong
        assert screen.refused is not None
