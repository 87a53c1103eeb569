"""What nobody can use any more is forgotten, in small batches, and nothing else."""

import asyncio

import pytest
from tests.ports import NOON, FakeClock
from tests.store.records import ANN, code, device, flow, grant, notice, refresh_token, session, user

from twogate.services import prune
from twogate.services.prune import Keep, Pruning
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.ids import GrantId, SessionId
from twogate.terms.place import NOWHERE, Sighting
from twogate.terms.undo import Undo, UndoKind

DAY = 86_400


async def test_everything_over_goes_in_its_own_time(store: Store, fake_clock: FakeClock) -> None:
    """Flow and tokens at their end, the grant a day later, the session a month later."""
    pruning = Pruning(store, fake_clock)
    async with store.work() as unit:
        await unit.users.add(user())
        await unit.sessions.add(session())
        await unit.grants.add(grant())
        await unit.flows.add(flow())
        await unit.codes.add(code())
        await unit.refresh_tokens.add(refresh_token())
        await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, "usr_ann", at=NOON)
    assert await pruning.prune() == 0
    fake_clock.advance(60)
    assert await pruning.prune() == 2
    fake_clock.advance(3600)
    assert await pruning.prune() == 1
    fake_clock.advance(2 * DAY)
    assert await pruning.prune() == 2
    fake_clock.advance(30 * DAY)
    assert await pruning.prune() == 1
    async with store.read() as unit:
        assert await unit.grants.get(GrantId("gnt_1")) is None
        assert await unit.sessions.get(SessionId("ses_1")) is None
        assert [change.key for change in (await unit.feed.snapshot(NOON)).changes] == ["usr_ann"]


async def test_messages_are_counted_for_a_while_and_then_forgotten(store: Store, fake_clock: FakeClock) -> None:
    """What was sent for two days; what can be taken back until its time is over."""
    async with store.work() as unit:
        await unit.users.add(user())
        sent = await unit.dispatches.add(ANN, Dispatch(Channel.SMS, "+491510", {"code": "1"}), now=NOON)
        await unit.dispatches.sent(sent, NOON)
        undo = Undo("d1", ANN, UndoKind.SIGNED_IN, "", None, None, created=NOON, expires=NOON.plus(3 * DAY))
        await unit.undos.add(undo)
    fake_clock.advance(DAY)
    assert await Pruning(store, fake_clock).prune() == 0
    fake_clock.advance(DAY)
    assert await Pruning(store, fake_clock).prune() == 1
    fake_clock.advance(DAY)
    assert await Pruning(store, fake_clock).prune() == 1


async def test_wrong_tries_add_up_however_slowly(store: Store, fake_clock: FakeClock) -> None:
    """A known account's budget outlives any pause; that of a name without an account does not."""
    async with store.work() as unit:
        for key in ("password:usr_ann", "password:unknown:abc"):
            await unit.budgets.reserve(key, now=NOON, limit=10, lock_seconds=1800, cap=100)
    fake_clock.advance(300 * DAY)
    assert await Pruning(store, fake_clock).prune() == 1
    async with store.read() as unit:
        assert await unit.budgets.peek("password:usr_ann") is not None


async def test_case_33_what_was_tried_in_earnest_is_not_open_again_soon(store: Store, fake_clock: FakeClock) -> None:
    """Somebody who comes back after a week learns nothing: both names are still closed for good."""
    async with store.work() as unit:
        for key in ("password:usr_ann", "password:unknown:abc"):
            for _ in range(10):
                await unit.budgets.reserve(key, now=NOON, limit=10, lock_seconds=1800, cap=10)
    fake_clock.advance(89 * DAY)
    assert await Pruning(store, fake_clock).prune() == 0
    async with store.work() as unit:
        for key in ("password:usr_ann", "password:unknown:abc"):
            state = await unit.budgets.reserve(key, now=fake_clock.now(), limit=10, lock_seconds=1800, cap=10)
            assert (state.allowed, state.disabled) == (False, True)
    fake_clock.advance(2 * DAY)
    assert await Pruning(store, fake_clock).prune() == 1


async def test_a_full_round_is_followed_by_another(
    store: Store, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers make rows faster than one round a minute takes them away."""
    monkeypatch.setattr(prune, "BATCH", 2)
    monkeypatch.setattr(prune, "_MOST_BATCHES", 1)
    async with store.work() as unit:
        for number in range(5):
            await unit.flows.add(flow(number))
    fake_clock.advance(60)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds == prune.EVERY:
            raise asyncio.CancelledError

    monkeypatch.setattr(fake_clock, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await Pruning(store, fake_clock).run()
    assert slept == [prune.BREATH, prune.BREATH, prune.EVERY]


async def test_what_strangers_and_old_browsers_leave_behind_goes(store: Store, fake_clock: FakeClock) -> None:
    """Wrong client secrets from any number of addresses; devices whose cookie is over, with what they drew on."""
    async with store.work() as unit:
        await unit.users.add(user())
        await unit.devices.add(device())
        await unit.notices.add(notice())
        for key in (
            "client:shop:192.0.2.7",
            "client:unknown:2001:db8::/64",
            "code:usr_ann:device:dev_1",
            "code:usr_ann",
        ):
            await unit.budgets.reserve(key, now=NOON, limit=10, lock_seconds=1800, cap=100)
    fake_clock.advance(7 * DAY)
    assert await Pruning(store, fake_clock).prune() == 2
    fake_clock.advance(360 * DAY)
    assert await Pruning(store, fake_clock).prune() == 2
    fake_clock.advance(40 * DAY)
    assert await Pruning(store, fake_clock).prune() == 1
    async with store.read() as unit:
        assert await unit.budgets.peek("code:usr_ann") is not None


async def test_batches_are_bounded(store: Store, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a round may take waits for the next round."""
    monkeypatch.setattr(prune, "BATCH", 2)
    monkeypatch.setattr(prune, "_MOST_BATCHES", 2)
    async with store.work() as unit:
        for number in range(7):
            await unit.flows.add(flow(number))
    fake_clock.advance(60)
    pruning = Pruning(store, fake_clock)
    assert [await pruning.prune() for _ in range(3)] == [4, 3, 0]


async def test_places_and_typing_are_kept_as_long_as_the_operator_wishes(store: Store, fake_clock: FakeClock) -> None:
    """Ninety days unless a setting says otherwise."""
    async with store.work() as unit:
        await unit.users.add(user())
        await unit.places.add(Sighting("plc_1", ANN, SessionId("ses_1"), NOON, "192.0.2.7", NOWHERE))
        await unit.typing.choose(ANN, NOON)
    fake_clock.advance(89 * DAY)
    assert await Pruning(store, fake_clock).prune() == 0
    assert await Pruning(store, fake_clock, keep=Keep(places=DAY)).prune() == 1
    fake_clock.advance(DAY)
    assert await Pruning(store, fake_clock).prune() == 1
