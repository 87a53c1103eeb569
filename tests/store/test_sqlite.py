"""Writers that share a flush survive the one among them who is cancelled."""

import asyncio
import contextlib

import pytest

from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind
from twogate.terms.instant import Instant

NOON = Instant.from_seconds(1_795_000_000)


async def _append(store: Store, key: str) -> None:
    async with store.work() as unit:
        await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, key, at=NOON)


@pytest.mark.parametrize("writers", [1, 3])
async def test_a_cancelled_writer_blocks_nobody(store: Store, writers: int) -> None:
    """Wherever a writer is cancelled (waiting, beginning, committing), it ends, and the next one writes at once."""
    for steps in range(30):
        tasks = [asyncio.create_task(_append(store, f"usr_{steps}_{number}")) for number in range(writers)]
        for _ in range(steps // 3):
            await asyncio.sleep(0)
        if steps % 3:
            await asyncio.sleep(0.0003 * steps)
        tasks[0].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(tasks[0], 2)
        await asyncio.wait_for(asyncio.gather(*tasks[1:]), 2)
        await asyncio.wait_for(_append(store, "usr_next"), 2)
    async with store.read() as unit:
        assert await unit.feed.head() >= 30 * writers


async def test_done_means_readable(store: Store) -> None:
    """Many writers at once: each is on the disk when its unit has ended."""
    await asyncio.gather(*(_append(store, f"usr_{number}") for number in range(50)))
    async with store.read() as unit:
        assert await unit.feed.head() == 50
