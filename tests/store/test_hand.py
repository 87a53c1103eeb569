"""How a statement reaches the database."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from twogate.store.hand import in_thread
from twogate.store.unit import Store


async def test_a_cancelled_caller_waits_for_the_thread() -> None:
    """The connection is in use until the thread is done: only then is the caller gone."""
    started, release, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        release.wait(5)
        done.set()

    with ThreadPoolExecutor(1) as threads:
        task = asyncio.create_task(in_thread(threads, work))
        await asyncio.to_thread(started.wait, 5)
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()


async def test_rows_and_counts_come_back(db: Store) -> None:
    """Large or not, the answer is the same."""
    async with db._database.read() as transaction:
        for large in (False, True):
            answer = await transaction.run(text("SELECT 1 AS a UNION SELECT 2"), large=large)
            assert sorted(row.a for row in answer.rows) == [1, 2]
    async with db._database.write() as transaction:
        answer = await transaction.run(text("DELETE FROM users"))
        assert (list(answer.rows), answer.changed) == ([], 0)
