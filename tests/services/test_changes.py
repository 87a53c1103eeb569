"""Waiting for news, and for every live gateway to obey."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.ports import FakeClock

from twogate.services.changes import LIVE_SECONDS, Changes, InForce
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind
from twogate.terms.edges import Edge
from twogate.terms.ids import EdgeId


@pytest.fixture
async def changes(store: Store, fake_clock: FakeClock) -> AsyncIterator[Changes]:
    made = Changes(store, fake_clock)
    yield made
    await made.close()


async def _append(store: Store, changes: Changes) -> int:
    async with store.work() as unit:
        return await changes.append(unit, ChangeKind.SUBJECT_BLOCKED, "usr_ada")


async def _edge(store: Store, clock: FakeClock, name: str, *, position: int, heard: float | None) -> None:
    """A gateway that has applied ``position`` and was heard so many seconds ago."""
    seen = None if heard is None else clock.now().plus(-heard)
    async with store.work() as unit:
        await unit.edges.add(Edge(EdgeId(f"edg_{name}"), name, name * 8, clock.now(), position, seen))


async def test_a_waiter_hears_of_a_change_after_its_number(store: Store, changes: Changes) -> None:
    """Who waits after the head is woken by the next change; who is behind does not wait at all."""
    first = await _append(store, changes)
    waiting = asyncio.create_task(changes.wait_after(first, 5))
    await asyncio.sleep(0)
    second = await _append(store, changes)
    assert await waiting
    assert (await changes.head(), second) == (second, first + 1)
    assert await changes.wait_after(first, 5)


async def test_no_news_is_no_news(store: Store, changes: Changes) -> None:
    """Without a change the wait ends with False, and nobody goes on asking the database."""
    number = await _append(store, changes)
    assert not await changes.wait_after(number, 0.05)
    await asyncio.sleep(0.3)
    assert changes._watcher is not None
    assert changes._watcher.done()


async def test_a_change_that_was_rolled_back_wakes_nobody(store: Store, changes: Changes) -> None:
    """A unit that fails after appending has told gateways nothing."""
    number = await _append(store, changes)

    async def fail() -> None:
        async with store.work() as unit:
            await changes.append(unit, ChangeKind.SUBJECT_BLOCKED, "usr_eve")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert not await changes.wait_after(number, 0.05)


async def test_in_force_names_the_live_edge_that_lags(store: Store, changes: Changes, fake_clock: FakeClock) -> None:
    """A live gateway behind the number keeps "done" from being said; one that has it does not."""
    number = await _append(store, changes)
    await _edge(store, fake_clock, "here", position=number, heard=1)
    assert await changes.in_force(number, 0) == InForce(done=True)
    await _edge(store, fake_clock, "late", position=number - 1, heard=1)
    assert await changes.in_force(number, 0) == InForce(done=False, missing=("late",))


@pytest.mark.parametrize(("heard", "waited_for"), [(LIVE_SECONDS, True), (LIVE_SECONDS + 0.001, False), (None, False)])
async def test_silent_edges_are_named_but_not_waited_for(
    store: Store,
    changes: Changes,
    fake_clock: FakeClock,
    *,
    heard: float | None,
    waited_for: bool,
) -> None:
    """Thirty seconds of silence are still alive; a moment longer, or never heard, and it is only named."""
    number = await _append(store, changes)
    await _edge(store, fake_clock, "edge", position=0, heard=heard)
    found = await changes.in_force(number, 0)
    assert (found.missing, found.silent) == ((("edge",), ()) if waited_for else ((), ("edge",)))
    assert found.done is not waited_for


async def test_in_force_waits_for_the_acknowledgement(store: Store, changes: Changes, fake_clock: FakeClock) -> None:
    """The answer comes when the gateway reports the number, well before the patience is over."""
    number = await _append(store, changes)
    await _edge(store, fake_clock, "edge", position=0, heard=1)
    waiting = asyncio.create_task(changes.in_force(number, 5))
    await asyncio.sleep(0.03)
    assert not waiting.done()
    async with store.work() as unit:
        (edge,) = await unit.edges.list()
        await unit.edges.remove(edge.id)
    await _edge(store, fake_clock, "edge", position=number, heard=0)
    async with asyncio.timeout(2):
        assert (await waiting).done
