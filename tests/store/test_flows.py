"""Sign-ins under way: each step is taken once."""

import asyncio

from tests.ports import NOON
from tests.store.records import SOON, flow

from twogate.store.unit import Store


async def test_a_step_is_taken_exactly_once(db: Store, rival: Store) -> None:
    """Of twenty answers to one screen, in two processes, one is taken; its handle is dead, the next one lives."""
    async with db.work() as unit:
        await unit.flows.add(flow(1))

    async def answer(store: Store, number: int) -> bool:
        async with store.work() as unit:
            return await unit.flows.replace("handle-1", flow(number))

    taken = await asyncio.gather(*(answer(store, n) for n, store in enumerate([db, rival] * 10, start=2)))
    assert sum(taken) == 1
    async with db.read() as unit:
        assert await unit.flows.get("handle-1") is None
        assert await unit.flows.get(f"handle-{taken.index(True) + 2}") == flow(taken.index(True) + 2)


async def test_a_flow_is_finished_exactly_once(db: Store, rival: Store) -> None:
    """Of many that remove it, one is told that it was there."""
    async with db.work() as unit:
        await unit.flows.add(flow())

    async def remove(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.flows.remove("handle-1")

    assert sum(await asyncio.gather(*(remove(store) for _ in range(5) for store in (db, rival)))) == 1


async def test_expired_flows_are_forgotten(db: Store) -> None:
    """In bounded batches; living ones stay."""
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.flows.add(flow(number))
        await unit.flows.add(flow(4, expires=SOON.plus(60)))
        assert await unit.flows.prune(NOON) == 0
        assert await unit.flows.prune(SOON, limit=2) == 2
        assert await unit.flows.prune(SOON, limit=2) == 1
        assert await unit.flows.get("handle-4") is not None
