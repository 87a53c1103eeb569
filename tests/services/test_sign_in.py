"""Signing in and stepping up, on a real database."""

import asyncio
import pathlib

import pyotp
import pytest
from tests.services.desk import AAL1, AAL2, CALLER, PASSWORD, STRANGER, WRONG, Desk, finished, open_desk, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import (
    CodeGiven,
    CodesSaved,
    EnrolmentConfirmed,
    EnrolmentPutOff,
    FactorChosen,
    PasswordGiven,
)
from twogate.rules.signin.machine import MOST_WRONG_ANSWERS
from twogate.rules.signin.state import Need
from twogate.services.screens import Ask, AskEnrolment, Ended, ShowRecoveryCodes
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret


async def test_password_then_code(desk: Desk) -> None:
    """The whole way: name, password, code, session at AAL2 with both methods named."""
    alice = await desk.alice()
    asked = await desk.give_password("  ALICE ")
    assert isinstance(asked, Ask)
    assert [choice.factor for choice in asked.factors] == ["totp", "recovery_code"]
    assert (asked.needs_name, asked.name, asked.because) == (False, "alice", ("level_too_low",))
    done = finished(await desk.give_code(asked, alice.code(desk)))
    assert done.assurance.level is Level.AAL2
    assert done.assurance.amr == ("mfa", "otp", "pwd")
    assert (done.user.id, done.return_to, done.stepped_up) == (alice.user.id, "/orders", False)
    assert done.session_secret is not None
    live = await desk.sessions.by_secret(done.session_secret)
    assert live == done.session
    assert [row.event for row in (await desk.audit())[-4:]] == [
        Event.USER_PROOF_PASSED,
        Event.USER_PROOF_PASSED,
        Event.USER_SIGN_IN_PASSED,
        Event.USER_SESSION_STARTED,
    ]


async def test_the_first_second_factor_is_set_up_on_the_way(desk: Desk) -> None:
    """A new account sets one up, confirms it, gets recovery codes once, and is signed in at AAL2."""
    person = await desk.add()
    done = await desk.enrol_at_sign_in(person)
    assert done.assurance.level is Level.AAL2
    assert len(person.codes) == 10
    assert "A new factor was set up" in [notice.subject for notice in await desk.notices(person)]


async def test_wrong_confirmations_are_told_and_the_offer_is_shown_again(desk: Desk) -> None:
    """The same secret again, so that the app need not be set up twice; after five it is over."""
    await desk.add()
    asked = await desk.give_password("alice")
    assert isinstance(asked, AskEnrolment)
    first = asked.offer
    for _ in range(MOST_WRONG_ANSWERS - 1):
        asked = await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(Secret("000000")), CALLER)
        assert isinstance(asked, AskEnrolment)
        assert asked.offer == first
        assert refusal(asked).reason is Reason.CODE_WRONG
    over = await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(Secret("000000")), CALLER)
    assert isinstance(over, Ended)
    assert over.refused.reason is Reason.LOCKED


async def test_a_reloaded_page_shows_the_same_step(desk: Desk) -> None:
    """Looking does not use up the handle."""
    await desk.add()
    asked = await desk.give_password("alice")
    assert isinstance(asked, AskEnrolment)
    for _ in range(2):
        again = await desk.sign_in.look(asked.handle, CALLER)
        assert again == asked
    chosen = await desk.sign_in.advance(asked.handle, FactorChosen("totp"), CALLER)
    assert isinstance(chosen, AskEnrolment)
    assert chosen.offer != asked.offer


@pytest.mark.parametrize("password", [WRONG, Secret(""), Secret(b"\xff"), Secret("x" * 5000)])
async def test_a_wrong_password_is_told_the_same_for_everybody(desk: Desk, password: Secret) -> None:
    """A person who exists, one who does not: the same screen but for its handle."""
    await desk.alice()
    screens = [await desk.give_password(name, password) for name in ("alice", "nobody")]
    for screen, name in zip(screens, ("alice", "nobody"), strict=True):
        assert isinstance(screen, Ask)
        assert (screen.name, screen.needs_name, screen.retry_after) == (name, True, None)
        assert refusal(screen).reason is Reason.PASSWORD_WRONG


@pytest.mark.parametrize("name", ["", "al ice", "a\x00", "x" * 300])
async def test_what_cannot_be_a_name_is_told_so(desk: Desk, name: str) -> None:
    """No budget is touched for it: nobody has such a name."""
    screen = await desk.give_password(name)
    assert isinstance(screen, Ask)
    assert refusal(screen).reason is Reason.INPUT_MALFORMED
    assert await desk.audit(Event.USER_PROOF_REFUSED) == []


async def test_a_blocked_account_is_told_only_with_the_right_password(desk: Desk) -> None:
    """Who guesses learns nothing; who knows the password learns whom to ask."""
    alice = await desk.alice()
    await desk.people.block(alice.user.id, actor="cli:test")
    assert refusal(await desk.give_password(alice, WRONG)).reason is Reason.PASSWORD_WRONG
    assert refusal(await desk.give_password(alice)).reason is Reason.SUBJECT_BLOCKED


async def test_a_flow_lives_ten_minutes(desk: Desk) -> None:
    """Then a new sign-in is needed."""
    alice = await desk.alice()
    asked = await desk.half(alice)
    desk.clock.advance(599)
    again = await desk.give_code(asked, Secret("12"))
    assert isinstance(again, Ask)
    desk.clock.advance(1)
    assert refusal(await desk.give_code(again, alice.code(desk))).reason is Reason.FLOW_EXPIRED


async def test_handles_are_used_once(desk: Desk) -> None:
    """Neither the handle of a step taken nor one that was made up goes anywhere."""
    alice = await desk.alice()
    asked = await desk.half(alice)
    finished(await desk.give_code(asked, alice.code(desk)))
    desk.clock.advance(60)
    for handle in (asked.handle, Secret("tg_fl_made-up"), Secret("")):
        screen = await desk.sign_in.advance(handle, CodeGiven("totp", alice.code(desk)), CALLER)
        assert refusal(screen).reason is Reason.FLOW_UNKNOWN
        assert refusal(await desk.sign_in.look(handle, CALLER)).reason is Reason.FLOW_UNKNOWN


async def test_the_same_code_twice_at_once_signs_in_once(desk: Desk) -> None:
    """Two half-sessions race with one code: one session, one refusal."""
    alice = await desk.alice()
    halves = [await desk.half(alice) for _ in range(2)]
    code = alice.code(desk)
    screens = await asyncio.gather(*(desk.give_code(half, code) for half in halves))
    kinds = sorted(type(screen).__name__ for screen in screens)
    assert kinds == ["Ask", "Finished"]
    told = next(screen for screen in screens if isinstance(screen, Ask))
    assert refusal(told).reason is Reason.CODE_REPLAYED


async def test_one_handle_twice_at_once_counts_once(desk: Desk) -> None:
    """A double click: one session, and the other answer says that the step is taken."""
    alice = await desk.alice()
    half = await desk.half(alice)
    screens = await asyncio.gather(*(desk.give_code(half, alice.code(desk)) for _ in range(2)))
    assert sorted(type(screen).__name__ for screen in screens) == ["Ended", "Finished"]
    assert len(await desk.sessions.of_user(alice.user.id)) == 2  # the one of the enrolment and this one


async def test_a_recovery_code_opens_the_door_at_aal1(desk: Desk) -> None:
    """The session is at AAL1 whatever else was shown, and the owner is told."""
    alice = await desk.alice()
    asked = await desk.half(alice)
    offered = await desk.give_code(asked, Secret(alice.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    assert offered.can_wait
    done = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))
    assert done.assurance.level is Level.AAL1
    assert "A recovery code was used" in [notice.subject for notice in await desk.notices(alice)]


async def test_an_account_blocked_while_it_sets_a_factor_up_gets_no_session(desk: Desk) -> None:
    """Putting it off after a recovery code would have been a way in."""
    alice = await desk.alice()
    offered = await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    await desk.people.block(alice.user.id, actor="cli:test")
    told = await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER)
    assert refusal(told).reason is Reason.SUBJECT_BLOCKED


async def test_a_lost_app_that_is_replaced_ends_the_sessions_that_rest_on_it(desk: Desk) -> None:
    """Whoever found it may be signed in by it already."""
    alice = await desk.alice()
    found = (await desk.signed_in(alice)).session
    offered = await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    async with desk.store.read() as unit:
        after = await unit.sessions.get(found.id)
    assert after is not None
    assert after.ended is not None


async def test_after_a_recovery_code_a_new_factor_replaces_the_lost_one(desk: Desk) -> None:
    """The lost app signs in no more, the old codes are void, the session is at AAL2."""
    alice = await desk.alice()
    lost, old_codes = alice.app, alice.codes
    offered = await desk.give_code(await desk.half(alice), Secret(old_codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    assert not set(shown.codes) & set(old_codes)
    done = finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER))
    assert done.assurance.level is Level.AAL2
    desk.clock.advance(60)
    assert lost is not None
    again = await desk.give_code(await desk.half(alice), Secret(lost.at(desk.clock.now().seconds)))
    assert refusal(again).reason is Reason.CODE_WRONG
    third = await desk.give_code(await desk.half(alice), Secret(old_codes[1]), factor="recovery_code")
    assert refusal(third).reason is Reason.RECOVERY_CODE_WRONG


async def test_a_step_up_asks_only_for_what_is_missing_or_too_old(desk: Desk) -> None:
    """Fresh enough: nothing. Too old: everything that the level rests on, and the session gets a new secret."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    assert done.session_secret is not None
    at_once = finished(await desk.begin(need=Need(Level.AAL2, 300), session=done.session))
    assert (at_once.session_secret, at_once.stepped_up) == (None, True)
    desk.clock.advance(301)
    asked = await desk.begin(need=Need(Level.AAL2, 300), session=done.session)
    assert isinstance(asked, Ask)
    assert (asked.needs_name, asked.because) == (False, ("proof_too_old",))
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    raised = finished(await desk.give_code(asked, alice.code(desk)))
    assert raised.session.id == done.session.id
    assert raised.assurance.auth_time == desk.clock.now()
    assert raised.session_secret is not None
    assert refusal(await desk.sessions.by_secret(done.session_secret)).reason is Reason.SESSION_ENDED
    assert await desk.sessions.by_secret(raised.session_secret) == raised.session


async def test_a_level_out_of_reach_is_told(desk: Desk) -> None:
    """No factor of the account reaches it: neither a sign-in nor a step-up goes in circles."""
    alice = await desk.alice()
    ended = await desk.give_password(alice, need=Need(Level.PHR))
    assert refusal(ended).reason is Reason.LEVEL_UNREACHABLE
    done = await desk.signed_in(alice)
    stepped = await desk.begin(need=Need(Level.PHR), session=done.session)
    assert refusal(stepped).reason is Reason.LEVEL_UNREACHABLE


async def test_an_ended_session_is_not_stepped_up(desk: Desk) -> None:
    """Neither at the beginning nor when it ends in the middle."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(301)
    asked = await desk.begin(need=Need(Level.AAL2, 300), session=done.session)
    assert isinstance(asked, Ask)
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    await desk.sessions.end(done.session.id, actor=alice.user.id, caller=CALLER)
    assert refusal(await desk.give_code(asked, alice.code(desk))).reason is Reason.SESSION_ENDED
    assert refusal(await desk.begin(need=AAL2, session=done.session)).reason is Reason.SESSION_ENDED


async def test_a_second_factor_only_where_it_is_needed(tmp_path: pathlib.Path) -> None:
    """The operator's choice: the password opens AAL1, and the step-up asks for the rest."""
    async with open_desk(tmp_path, settings=SignInSettings(second_factor=SecondFactor.WHEN_NEEDED)) as desk:
        alice = await desk.add()
        done = finished(await desk.give_password(alice))
        assert done.assurance.level is Level.AAL1
        assert done.device_secret is None
        offered = await desk.begin(need=AAL2, session=done.session)
        assert isinstance(offered, AskEnrolment)


async def test_a_full_house_costs_nobody_a_try(tmp_path: pathlib.Path) -> None:
    """With every seat taken the answer is BUSY and when to come back; the handle stays good."""
    async with open_desk(tmp_path, queue=0) as desk:
        alice = await desk.alice()
        asked = await desk.begin()
        assert isinstance(asked, Ask)
        seats = [desk.pool.seat() for _ in range(2)]
        busy = await desk.sign_in.advance(asked.handle, PasswordGiven("alice", PASSWORD), CALLER)
        assert isinstance(busy, Ask)
        assert refusal(busy).reason is Reason.BUSY
        assert (busy.handle, busy.retry_after) == (asked.handle, 1)
        for _ in seats:
            desk.pool.leave()
        half = await desk.sign_in.advance(busy.handle, PasswordGiven("alice", PASSWORD), CALLER)
        finished(await desk.give_code(half, alice.code(desk)))


async def test_a_sign_in_from_a_new_device_is_told(desk: Desk) -> None:
    """A known device is recognised and says nothing; a new one is remembered and told."""
    alice = await desk.alice()
    caller = await desk.known(alice)
    told = len(await desk.notices(alice))
    again = await desk.signed_in(alice, caller=caller)
    assert again.device_secret is None
    assert again.session.device == caller.device
    assert len(await desk.notices(alice)) == told
    new = await desk.signed_in(alice, caller=STRANGER)
    assert new.device_secret is not None
    assert (await desk.notices(alice))[0].subject == "A sign-in from a new device"


async def test_a_hint_fills_in_the_name(desk: Desk) -> None:
    """And nothing else: what cannot be a name is left out."""
    for hint, name in (("Alice", "alice"), ("a b", ""), ("", "")):
        asked = await desk.sign_in.begin(need=AAL1, caller=CALLER, client=None, session=None, return_to="/", hint=hint)
        assert isinstance(asked, Ask)
        assert asked.name == name
