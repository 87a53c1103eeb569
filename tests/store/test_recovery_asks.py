"""Names typed into the recovery page."""

import asyncio
from dataclasses import replace

from sqlalchemy import text
from tests.ports import NOON

from twogate.store.unit import Store
from twogate.terms.recovery import Ask, Lost

ASK = Ask("digest-1", "ann", Lost.FACTORS, "203.0.113.7", "Firefox", "req-1", NOON)


async def test_asks_are_taken_once_and_in_order(db: Store, rival: Store) -> None:
    """The same ask twice is one; two processes that take at once never get the same one."""
    async with db.work() as unit:
        for number in range(6):
            await unit.recovery_asks.add(replace(ASK, digest=f"digest-{number}", at=NOON.plus(number)))
        await unit.recovery_asks.add(replace(ASK, digest="digest-0", at=NOON.plus(9)))

    async def take(store: Store) -> list[str]:
        async with store.work() as unit:
            return [one.digest for one in await unit.recovery_asks.take(limit=3)]

    first, second = await asyncio.gather(take(db), take(rival))
    assert sorted(first + second) == [f"digest-{number}" for number in range(6)]
    assert first == sorted(first)
    assert await take(db) == []
    async with db.read() as unit:
        assert not await unit.recovery_asks.any()


async def test_the_name_is_sealed_while_it_waits(db: Store) -> None:
    """Somebody who typed their password there has not left it in the database."""
    async with db.work() as unit:
        await unit.recovery_asks.add(replace(ASK, name="hunter2-hunter2"))
        rows = await unit.recovery_asks._transaction.rows(text("SELECT * FROM recovery_asks"))
        assert "hunter2" not in repr(rows)
        assert [one.name for one in await unit.recovery_asks.take()] == ["hunter2-hunter2"]
