"""Proofs that were used up: each counts once, on every node."""

import asyncio

from tests.store.records import SOON

from twogate.store.unit import Store


async def test_case_51_one_proof_counts_once_across_nodes(db: Store, rival: Store) -> None:
    """Of twenty uses of one proof at once, in two processes, one is the first."""

    async def spend(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.replays.spend("proof-1", SOON)

    assert sum(await asyncio.gather(*(spend(store) for _ in range(10) for store in (db, rival)))) == 1


async def test_several_are_told_apart(db: Store, rival: Store) -> None:
    """Of many at once, the ones that were there before are left out, and nothing else is."""
    async with db.work() as unit:
        assert await unit.replays.spend_all({"b": SOON, "a": SOON}) == {"a", "b"}
    async with rival.work() as unit:
        assert await unit.replays.spend_all({"c": SOON, "b": SOON}) == {"c"}
        assert await unit.replays.spend_all({}) == frozenset()


async def test_crossing_batches_do_not_wait_for_each_other(db: Store, rival: Store) -> None:
    """Two nodes with the same proofs in other orders both get an answer, and each proof counts once."""
    marks = [f"mark-{number}" for number in range(40)]

    async def spend(store: Store, order: list[str]) -> int:
        async with store.work() as unit:
            return len(await unit.replays.spend_all(dict.fromkeys(order, SOON)))

    assert sum(await asyncio.gather(spend(db, marks), spend(rival, marks[::-1]))) == len(marks)


async def test_a_proof_is_forgotten_when_its_time_is_over(db: Store) -> None:
    """Not a moment before."""
    async with db.work() as unit:
        await unit.replays.spend("proof-1", SOON)
        assert await unit.replays.prune(SOON.plus(-0.001)) == 0
        assert not await unit.replays.spend("proof-1", SOON)
        assert await unit.replays.prune(SOON) == 1
        assert await unit.replays.spend("proof-1", SOON)
