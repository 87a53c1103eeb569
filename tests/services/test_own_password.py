"""Changing one's own password."""

from tests.services.desk import CALLER, PASSWORD, WRONG, Desk, Person, refusal

from twogate.services.own_password import NotChanged, PasswordChanged
from twogate.services.screens import Ask, SignedIn
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

NEW = Secret("another-fine-lantern")


async def _change(
    desk: Desk, done: SignedIn, *, present: Secret = PASSWORD, wanted: Secret = NEW
) -> PasswordChanged | NotChanged:
    return await desk.own_password.change(done.session, present=present, wanted=wanted, caller=CALLER)


async def _both(desk: Desk) -> tuple[Person, SignedIn]:
    alice = await desk.alice()
    return alice, await desk.signed_in(alice)


async def test_the_new_one_works_and_the_old_one_does_not(desk: Desk) -> None:
    """The session goes on under a new secret, the owner is told."""
    alice, done = await _both(desk)
    changed = await _change(desk, done)
    assert isinstance(changed, PasswordChanged)
    assert isinstance(await desk.sessions.by_secret(changed.session_secret), Session)
    assert done.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)
    assert refusal(await desk.give_password(alice)).reason is Reason.PASSWORD_WRONG
    alice.password = NEW
    await desk.signed_in(alice)
    assert (await desk.notices(alice))[0].subject == "Your password was changed"
    assert len(await desk.audit(Event.USER_PASSWORD_CHANGED)) == 1


async def test_other_sessions_and_known_devices_are_gone(desk: Desk) -> None:
    """Whoever had the old password is out."""
    alice = await desk.alice()
    other = await desk.signed_in(alice)
    done = await desk.signed_in(alice)
    await _change(desk, done)
    assert other.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(other.session_secret), Refused)
    assert other.device_secret is not None
    assert await desk.sessions.device(other.device_secret) is None


async def test_a_half_session_with_the_old_one_goes_no_further(desk: Desk) -> None:
    """The proof died with the old password."""
    alice, done = await _both(desk)
    half = await desk.half(alice)
    await _change(desk, done)
    desk.clock.advance(60)
    asked = await desk.give_code(half, alice.code(desk))
    assert isinstance(asked, Ask)
    assert [choice.factor for choice in asked.factors] == ["password"]


async def test_the_present_one_is_needed_within_its_budget(desk: Desk) -> None:
    """A session that somebody left open is no oracle for guessing; the owner is told of the lock."""
    alice, done = await _both(desk)
    for _ in range(10):
        wrong = await _change(desk, done, present=WRONG)
        assert isinstance(wrong, NotChanged)
        assert wrong.refused.reason is Reason.PASSWORD_WRONG
    assert wrong.retry_after == desk.settings.lock
    locked = await _change(desk, done)
    assert isinstance(locked, NotChanged)
    assert (locked.refused.reason, locked.retry_after) == (Reason.LOCKED, 1800)
    assert "Too many wrong tries at your account" in {one.subject for one in await desk.notices(alice)}


async def test_a_stale_session_changes_nothing(desk: Desk) -> None:
    """Fresh proofs of everything the account has are needed first."""
    _, done = await _both(desk)
    desk.clock.advance(301)
    assert refusal(await _change(desk, done)).reason is Reason.PROOF_TOO_OLD


async def test_a_bad_new_one_is_refused_and_changes_nothing(desk: Desk) -> None:
    """With the reason; the try with the right present one is not held against anybody."""
    alice, done = await _both(desk)
    for wanted, reason in (
        (Secret("short"), Reason.PASSWORD_TOO_SHORT),
        (Secret("password1"), Reason.PASSWORD_COMMON),
        (Secret("x" * 2000), Reason.PASSWORD_TOO_LONG),
    ):
        assert refusal(await _change(desk, done, wanted=wanted)).reason is reason
    await desk.signed_in(alice)


async def test_an_ended_session_changes_nothing(desk: Desk) -> None:
    """Nor does the session of a blocked person."""
    alice, done = await _both(desk)
    await desk.sessions.end(done.session.id, actor="x", caller=CALLER)
    assert refusal(await _change(desk, done)).reason is Reason.SESSION_ENDED
    again = await desk.signed_in(alice)
    async with desk.store.work() as unit:
        await unit.users.set_blocked(alice.user.id, desk.clock.now())
    assert refusal(await _change(desk, again)).reason is Reason.SUBJECT_BLOCKED
