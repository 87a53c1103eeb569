"""What accounts owe."""

import asyncio

from tests.ports import NOON
from tests.store.records import ANN, settle

from twogate.store.unit import Obligation, Store


async def test_an_obligation_stands_until_it_is_cleared(db: Store) -> None:
    """Putting it again changes nothing; clearing it is done once."""
    await settle(db)
    async with db.work() as unit:
        await unit.obligations.put(ANN, "password", since=NOON)
        await unit.obligations.put(ANN, "password", since=NOON.plus(5))
        assert await unit.obligations.get(ANN, "password") == Obligation(ANN, "password", NOON)
        assert await unit.obligations.clear(ANN, "password")
        assert not await unit.obligations.clear(ANN, "password")
        assert await unit.obligations.get(ANN, "password") is None


async def test_it_is_put_off_so_many_times_and_not_once_more(db: Store, rival: Store) -> None:
    """Twenty at once, with three allowed, are three; with none allowed, none."""
    await settle(db)

    async def put_off(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.obligations.put_off(ANN, "factor", at=NOON, most=3)

    granted = await asyncio.gather(*(put_off(store) for store in (db, rival) * 10))
    assert sum(granted) == 3
    async with db.work() as unit:
        assert not await unit.obligations.put_off(ANN, "other", at=NOON, most=0)


async def test_reminders_come_at_intervals(db: Store) -> None:
    """At once, then not before the time has passed."""
    await settle(db)
    async with db.work() as unit:
        assert await unit.obligations.remind(ANN, "factor", at=NOON, every=60)
        assert not await unit.obligations.remind(ANN, "factor", at=NOON.plus(59), every=60)
        assert await unit.obligations.remind(ANN, "factor", at=NOON.plus(60), every=60)
