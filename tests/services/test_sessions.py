"""Sessions: looked up, renewed, raised, over."""

import asyncio

import pytest
from tests.services.desk import CALLER, Desk, refusal
from tests.services.grants import add_grant

from twogate.rules.assurance.level import Level
from twogate.services.screens import SignedIn
from twogate.store.unit import Conflict
from twogate.terms.ids import SessionId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


async def _signed_in(desk: Desk, name: str = "alice") -> tuple[SignedIn, Secret]:
    done = await desk.signed_in(await desk.alice(name))
    assert done.session_secret is not None
    return done, done.session_secret


async def test_a_session_is_found_by_its_secret_only(desk: Desk) -> None:
    """Neither its id, nor its digest, nor a part of the secret opens it."""
    done, secret = await _signed_in(desk)
    assert await desk.sessions.by_secret(secret) == done.session
    text = secret.text()
    for wrong in ("", done.session.id, done.session.secret_digest, text[:-1], text + "x", text.swapcase()):
        assert refusal(await desk.sessions.by_secret(Secret(wrong))).reason is Reason.SESSION_ENDED


async def test_idle_time_ends_it_and_use_keeps_it(desk: Desk) -> None:
    """An hour at AAL2 (63B-4, 2.2.3); looking is no use, renewing is."""
    _, secret = await _signed_in(desk)
    for _ in range(3):
        desk.clock.advance(3_599)
        assert isinstance(await desk.sessions.renew(secret, CALLER), Session)
    desk.clock.advance(3_599)
    assert isinstance(await desk.sessions.by_secret(secret), Session)
    desk.clock.advance(1)
    assert refusal(await desk.sessions.by_secret(secret)).reason is Reason.SESSION_ENDED
    assert refusal(await desk.sessions.renew(secret, CALLER)).reason is Reason.SESSION_ENDED


async def test_a_day_ends_it_however_much_it_is_used(desk: Desk) -> None:
    """The overall limit of AAL2 counts from the proofs."""
    done, secret = await _signed_in(desk)
    assert done.session.absolute_end == desk.clock.now().plus(86_400)
    for _ in range(23):
        desk.clock.advance(3_590)
        assert isinstance(await desk.sessions.renew(secret, CALLER), Session)
    desk.clock.advance(86_400 - 23 * 3_590)
    assert refusal(await desk.sessions.renew(secret, CALLER)).reason is Reason.SESSION_ENDED


async def test_logging_out_races_renewals_and_wins(desk: Desk) -> None:
    """However many requests renew at that moment, the session stays ended (and no renewal revives it)."""
    done, secret = await _signed_in(desk)
    renewals = [desk.sessions.renew(secret, CALLER) for _ in range(50)]
    end = desk.sessions.end(done.session.id, actor=done.user.id, caller=CALLER)
    await asyncio.gather(*renewals[:25], end, *renewals[25:])
    assert refusal(await desk.sessions.renew(secret, CALLER)).reason is Reason.SESSION_ENDED
    assert done.session.id not in {one.id for one in await desk.sessions.of_user(done.user.id)}


async def test_ending_one_revokes_its_grants_and_tells_gateways(desk: Desk) -> None:
    """The change number is returned; ending it again tells nothing."""
    done, _ = await _signed_in(desk)
    async with desk.store.work() as unit:
        grant = await add_grant(desk, unit, done.user.id, done.session.id)
    number = await desk.sessions.end(done.session.id, actor=done.user.id, caller=CALLER)
    assert number is not None
    async with desk.store.read() as unit:
        revoked = await unit.grants.get(grant.id)
        changes = await unit.feed.after(number - 1)
    assert revoked is not None
    assert revoked.revoked == desk.clock.now()
    assert [change.key for change in changes] == [grant.id]
    assert changes[0].until >= grant.last_expiry.seconds
    assert await desk.sessions.end(done.session.id, actor=done.user.id, caller=CALLER) is None
    assert await desk.sessions.end(SessionId("ses_none"), actor="x", caller=CALLER) is None


async def test_ending_the_others_keeps_this_one(desk: Desk) -> None:
    """And only the same person's are ended."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    first, second, his = [await desk.signed_in(person) for person in (alice, alice, bob)]
    await desk.sessions.end_others(second.session, caller=CALLER)
    assert [one.id for one in await desk.sessions.of_user(alice.user.id)] == [second.session.id]
    assert first.session.id != second.session.id
    assert his.session.id in {one.id for one in await desk.sessions.of_user(bob.user.id)}


async def test_ending_everything_leaves_no_grant(desk: Desk) -> None:
    """Grants that hang on no session go too."""
    done, _ = await _signed_in(desk)
    async with desk.store.work() as unit:
        loose = await add_grant(desk, unit, done.user.id, None)
    assert await desk.sessions.end_all(done.user.id, actor="cli:test", caller=CALLER) is not None
    async with desk.store.read() as unit:
        found = await unit.grants.get(loose.id)
    assert found is not None
    assert found.revoked is not None
    assert await desk.sessions.of_user(done.user.id) == []


async def test_sessions_that_are_over_are_not_listed(desk: Desk) -> None:
    """Also when nobody has ended them."""
    done, _ = await _signed_in(desk)
    desk.clock.advance(3_600)
    assert await desk.sessions.of_user(done.user.id) == []


async def test_a_blocked_persons_session_is_refused(desk: Desk) -> None:
    """Even if ending it had been forgotten."""
    done, secret = await _signed_in(desk)
    async with desk.store.work() as unit:
        await unit.users.set_blocked(done.user.id, desk.clock.now())
    assert refusal(await desk.sessions.by_secret(secret)).reason is Reason.SUBJECT_BLOCKED


async def test_other_proofs_mean_another_secret(desk: Desk) -> None:
    """The old cookie is dead, the id stays; two at once: one wins."""
    done, secret = await _signed_in(desk)
    async with desk.store.work() as unit:
        raised, fresh = await desk.sessions.change_proofs(unit, done.session, done.session.proofs)
    assert raised.id == done.session.id
    assert isinstance(await desk.sessions.by_secret(secret), Refused)
    assert await desk.sessions.by_secret(fresh) == raised
    with pytest.raises(Conflict):
        async with desk.store.work() as unit:
            await desk.sessions.change_proofs(unit, done.session, done.session.proofs)


async def test_a_session_rests_on_proofs(desk: Desk) -> None:
    """None can be started without."""
    alice = await desk.alice()
    async with desk.store.work() as unit:
        with pytest.raises(ValueError, match="rests on proofs"):
            await desk.sessions.start(unit, alice.user.id, (), device=None, caller=CALLER)


async def test_a_device_is_found_by_its_secret(desk: Desk) -> None:
    """And by nothing else."""
    done, _ = await _signed_in(desk)
    assert done.device_secret is not None
    assert await desk.sessions.device(done.device_secret) == done.session.device
    assert await desk.sessions.device(Secret(str(done.session.device))) is None
    assert done.assurance.level is Level.AAL2
