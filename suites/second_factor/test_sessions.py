"""Sessions and factors: changes need fresh proofs, ids change, what has ended stays ended."""

import asyncio

from tests.services.desk import CALLER, PASSWORD, STRANGER, Desk, finished, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import EnrolmentPutOff, PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.own_password import NotChanged, PasswordChanged
from twogate.services.screens import Ask, AskEnrolment, Finished, SignedIn
from twogate.terms.caller import Caller
from twogate.terms.ids import CredentialId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

WANTED = Secret("another-plum-orbit")


async def _app(desk: Desk, done: SignedIn) -> CredentialId:
    async with desk.store.read() as unit:
        own = await unit.credentials.of_user(done.user.id)
    return next(one.id for one in own if one.factor == "totp")


async def _changes(desk: Desk, done: SignedIn) -> list[Reason | None]:
    """Try everything that changes how this account is proved; return why each was refused."""
    app = await _app(desk, done)
    answers: list[object] = [
        await desk.enrol.remove(done.session, app, CALLER),
        await desk.enrol.replace_codes(done.session, CALLER),
        await desk.enrol.begin(done.session, "totp", CALLER),
        await desk.own_password.change(done.session, present=PASSWORD, wanted=WANTED, caller=CALLER),
    ]
    refused = [one if isinstance(one, Refused) else getattr(one, "refused", None) for one in answers]
    return [one.reason if one else None for one in refused]


async def test_case_18_old_proofs_change_no_factor(desk: Desk) -> None:
    """After five minutes none of the four changes is made, though the session is live and at AAL2."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(301)
    assert await _changes(desk, done) == [Reason.PROOF_TOO_OLD] * 4
    await desk.signed_in(alice)


async def test_case_18_one_fresh_proof_of_two_is_not_enough(desk: Desk) -> None:
    """A password given again just now does not make the old code fresh."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(301)
    asked = await desk.begin(need=Need(Level.AAL1, 10), session=done.session)
    assert isinstance(asked, Ask)
    fresh = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    if isinstance(fresh, Finished):
        done = fresh.signed_in
    assert await _changes(desk, done) == [Reason.PROOF_TOO_OLD] * 4


async def test_case_18_a_recovery_session_removes_nothing(desk: Desk) -> None:
    """Password and recovery code are AAL1: enough to set up a new app, not to remove one or change the rest."""
    alice = await desk.alice()
    offered = await desk.give_code(await desk.half(alice), Secret(alice.codes[0]), factor="recovery_code")
    assert isinstance(offered, AskEnrolment)
    done = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))
    removed, codes, added, password = await _changes(desk, done)
    assert (removed, codes, password) == (Reason.LEVEL_TOO_LOW,) * 3
    assert added is None


async def test_case_18_a_recovery_code_that_was_made_void_sets_nothing_up(desk: Desk) -> None:
    """A thief signs in with a code; the owner makes new codes at once: the thief's session can add no app."""
    alice = await desk.alice()
    owner = await desk.signed_in(alice)
    offered = await desk.give_code(
        await desk.half(alice, caller=STRANGER), Secret(alice.codes[0]), factor="recovery_code", caller=STRANGER
    )
    assert isinstance(offered, AskEnrolment)
    thief = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), STRANGER))
    assert isinstance(await desk.enrol.replace_codes(owner.session, CALLER), Passed)
    begun = await desk.enrol.begin(thief.session, "totp", STRANGER)
    assert refusal(begun).reason is Reason.LEVEL_TOO_LOW
    overview = await desk.enrol.overview(thief.session, STRANGER)
    assert not isinstance(overview, Refused)
    assert overview.need is not None


async def test_case_22_a_device_dies_with_the_password_and_the_factor(desk: Desk) -> None:
    """A device cookie from before a change of password, or before a factor was removed, is nobody's device."""
    alice = await desk.alice()
    known = await desk.signed_in(alice)
    assert known.device_secret is not None
    changed = await desk.own_password.change(known.session, present=PASSWORD, wanted=WANTED, caller=CALLER)
    assert isinstance(changed, PasswordChanged)
    assert await desk.sessions.device(known.device_secret) is None
    alice.password = WANTED
    again = await desk.signed_in(alice, caller=STRANGER)
    assert again.device_secret is not None
    await desk.enrol.remove(again.session, await _app(desk, again), CALLER)
    assert await desk.sessions.device(again.device_secret) is None


async def test_case_22_a_known_device_skips_no_step(desk: Desk) -> None:
    """On it as anywhere else: password, then code."""
    alice = await desk.alice()
    known = await desk.known(alice)
    desk.clock.advance(60)
    asked = await desk.give_password(alice, caller=known)
    assert isinstance(asked, Ask)
    assert [one.factor for one in asked.factors] == ["totp", "recovery_code"]
    wrong = await desk.give_code(asked, alice.wrong_code(desk), caller=known)
    assert refusal(wrong).reason is Reason.CODE_WRONG


async def test_case_23_every_step_has_its_own_handle_and_every_proof_its_own_secret(desk: Desk) -> None:
    """Sign-in, step-up and change of password: no value is used twice, and old session secrets are dead."""
    alice = await desk.alice()
    first = await desk.begin()
    assert isinstance(first, Ask)
    half = await desk.sign_in.advance(first.handle, PasswordGiven("alice", PASSWORD), CALLER)
    assert isinstance(half, Ask)
    done = finished(await desk.give_code(half, alice.code(desk)))
    desk.clock.advance(61)
    asked = await desk.begin(need=Need(Level.AAL2, 60), session=done.session)
    assert isinstance(asked, Ask)
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    assert isinstance(asked, Ask)
    raised = finished(await desk.give_code(asked, alice.code(desk)))
    changed = await desk.own_password.change(raised.session, present=PASSWORD, wanted=WANTED, caller=CALLER)
    assert isinstance(changed, PasswordChanged)
    given = [first.handle, half.handle, asked.handle, done.session_secret, raised.session_secret]
    assert None not in given
    assert len({one.text() for one in (*given, changed.session_secret) if one}) == 6
    for old in (done.session_secret, raised.session_secret):
        assert old is not None
        assert isinstance(await desk.sessions.by_secret(old), Refused)
    assert not isinstance(await desk.sessions.by_secret(changed.session_secret), Refused)


async def test_case_26_sign_out_amid_fifty_writes_stays_signed_out(desk: Desk) -> None:
    """Uses, step-ups and a change of password race with the end of the session: it has ended when they are through."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    assert done.session_secret is not None
    secret = done.session_secret
    desk.clock.advance(31)
    asked = await desk.begin(need=Need(Level.AAL2, 30), session=done.session)
    assert isinstance(asked, Ask)
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    change = desk.own_password.change(done.session, present=PASSWORD, wanted=WANTED, caller=CALLER)
    uses = [desk.sessions.renew(secret, CALLER) for _ in range(48)]
    end = desk.sessions.end(done.session.id, actor=alice.user.id, caller=CALLER)
    answers = await asyncio.gather(
        *uses[:24], desk.give_code(asked, alice.code(desk)), end, change, *uses[24:], return_exceptions=True
    )
    assert [one for one in answers if isinstance(one, BaseException)] == []
    async with desk.store.read() as unit:
        left = await unit.sessions.get(done.session.id)
    assert left is not None
    assert left.ended is not None
    secrets = [secret, *(getattr(one, "session_secret", None) for one in answers)]
    secrets += [one.signed_in.session_secret for one in answers if isinstance(one, Finished)]
    for one in secrets:
        assert one is None or isinstance(await desk.sessions.by_secret(one), Refused)


async def test_case_27_a_blocked_person_opens_nothing(desk: Desk) -> None:
    """Sessions, devices, half-sessions, new sign-ins, the account's own errands: all of it at once."""
    alice = await desk.alice()
    known = await desk.known(alice)
    done = await desk.signed_in(alice)
    half = await desk.half(alice)
    assert done.session_secret is not None
    await desk.people.block(alice.user.id, actor="cli:test")
    desk.clock.advance(31)
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)
    assert isinstance(await desk.sessions.renew(done.session_secret, CALLER), Refused)
    for caller in (known, CALLER, Caller("local", "twogate", "rid-9")):
        assert not isinstance(await desk.give_code(half, alice.code(desk), caller=caller), Finished)
        assert refusal(await desk.give_password(alice, caller=caller)).reason is Reason.SUBJECT_BLOCKED
    assert {*await _changes(desk, done)} <= {Reason.SESSION_ENDED, Reason.SUBJECT_BLOCKED}
    assert await desk.sessions.of_user(alice.user.id) == []
    not_changed = await desk.own_password.change(done.session, present=PASSWORD, wanted=WANTED, caller=CALLER)
    assert isinstance(not_changed, NotChanged)
