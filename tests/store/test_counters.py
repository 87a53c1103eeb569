"""Numbers that rise in commit order without a gap."""

import asyncio
import contextlib

from tests.ports import NOON

from twogate.store import counters
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind


async def test_numbers_have_no_gap_and_no_double(db: Store, rival: Store) -> None:
    """Fifty draws in two processes, some rolled back: the committed ones are 1 to n."""

    async def draw(store: Store, number: int) -> int | None:
        with contextlib.suppress(ZeroDivisionError):
            async with store._database.write() as transaction:
                drawn = await counters.draw(transaction, "x")
                return drawn * (number % 5) // (number % 5)
        return None

    drawn = await asyncio.gather(*(draw(store, n) for n in range(25) for store in (db, rival)))
    kept = sorted(number for number in drawn if number is not None)
    assert kept == list(range(1, 41))
    async with db._database.read() as transaction:
        assert await counters.last(transaction, "x") == 40
        assert await counters.last(transaction, "y") == 0


async def test_a_reader_that_sees_a_number_has_seen_all_below(db: Store, rival: Store) -> None:
    """A follower that reads the head while others append never finds a hole behind it."""

    async def append(store: Store) -> None:
        for _ in range(10):
            async with store.work() as unit:
                await unit.feed.append(ChangeKind.GRANT_REVOKED, "g", at=NOON)
                await asyncio.sleep(0.001)

    seen: list[int] = []

    async def follow() -> None:
        while len(seen) < 40:
            async with db.read() as unit:
                seen.extend(change.number for change in await unit.feed.after(len(seen), limit=7))
            await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(follow(), *(append(store) for _ in range(2) for store in (db, rival)))
    assert seen == list(range(1, 41))
