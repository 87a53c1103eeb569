"""Published policies."""

import asyncio

from tests.ports import NOON

from twogate.store.unit import PolicyVersion, Store


async def test_versions_rise_and_stay(db: Store, rival: Store) -> None:
    """Publishing at once in two processes gives each its own number; the newest is current, none is lost."""
    async with db.read() as unit:
        assert await unit.policies.current() is None

    async def publish(store: Store, text: str) -> int:
        async with store.work() as unit:
            return await unit.policies.publish(text, at=NOON, by="ann")

    numbers = await asyncio.gather(*(publish(store, f"{n}") for n in range(5) for store in (db, rival)))
    assert sorted(numbers) == list(range(1, 11))
    last = await publish(db, "last")
    async with db.read() as unit:
        assert await unit.policies.current() == PolicyVersion(last, "last", NOON, "ann")
        assert await unit.policies.get(last) == PolicyVersion(11, "last", NOON, "ann")
        assert await unit.policies.get(12) is None
        assert [policy.version for policy in await unit.policies.list(limit=3)] == [11, 10, 9]
