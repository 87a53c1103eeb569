"""Authorization codes: used once."""

import asyncio

from tests.ports import NOON
from tests.store.records import SOON, code, settle

from twogate.store.unit import Store


async def test_a_code_is_consumed_exactly_once(db: Store, rival: Store) -> None:
    """Of twenty exchanges at once, in two processes, one gets it (RFC 6749 section 4.1.2)."""
    await settle(db)
    async with db.work() as unit:
        await unit.codes.add(code())

    async def consume(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.codes.consume("code-1", NOON)

    assert sum(await asyncio.gather(*(consume(store) for _ in range(10) for store in (db, rival)))) == 1
    async with db.read() as unit:
        assert await unit.codes.get("code-1") == code(used=NOON)
        assert await unit.codes.get("code-2") is None


async def test_an_expired_code_is_not_consumed(db: Store) -> None:
    """At its last instant it is still good, then never."""
    await settle(db)
    async with db.work() as unit:
        await unit.codes.add(code(1))
        await unit.codes.add(code(2))
        assert not await unit.codes.consume("code-1", SOON)
        assert await unit.codes.consume("code-2", SOON.plus(-0.001))


async def test_codes_are_forgotten_an_hour_late(db: Store) -> None:
    """Until then a second use is still recognised."""
    await settle(db)
    async with db.work() as unit:
        await unit.codes.add(code())
        assert await unit.codes.prune(SOON.plus(3599)) == 0
        assert await unit.codes.prune(SOON.plus(3600)) == 1
