"""SQLite: writers that share a flush, and everything that can go wrong with a file."""

import asyncio
import contextlib
import pathlib
import sqlite3

import pytest
from sqlalchemy import Connection
from tests.ports import MASTER_KEY

from twogate.store import sqlite
from twogate.store.unit import Store, StoreBroken, StoreUnavailable
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


async def _write(store: Store, number: int) -> bool:
    try:
        async with store.work() as unit:
            await unit.policies.publish("x" * 20_000, at=NOON, by=f"{number}")
            await unit.feed.append(ChangeKind.POLICY_PUBLISHED, f"{number}", at=NOON)
    except StoreUnavailable:
        return False
    return True


async def test_a_full_disk_loses_nothing(store: Store) -> None:
    """Who was told "done" is on the disk, who was refused is not, and with room again everything goes on."""
    await _limit(store, 200)
    written = await asyncio.gather(*(_write(store, number) for number in range(60)))
    assert True in written
    assert False in written
    async with store.read() as unit:
        kept = {int(policy.by) for policy in await unit.policies.list(limit=100)}
        changes = [int(change.key) for change in await unit.feed.after(0)]
        assert await unit.feed.head() == len(changes)
    assert kept == set(changes) == {number for number, done in enumerate(written) if done}
    await _limit(store, 100_000)
    assert await _write(store, 60)
    assert await _check(store) == "ok"


async def _limit(store: Store, pages: int) -> None:
    await store._database.alter(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").close())


async def _check(store: Store) -> str:
    found: list[str] = []
    await store._database.alter(
        lambda connection: found.append(connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()),
    )
    return found[0]


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\x00" + bytes(5000)])
async def test_garbage_is_told_in_one_line(tmp_path: pathlib.Path, content: bytes) -> None:
    """A file that is no database, or a damaged one, is named as such and left as it is."""
    path = tmp_path / "twogate.db"
    path.write_bytes(content)  # small
    with pytest.raises(StoreBroken, match=r"damaged or not a database") as told:
        await Store.open(f"sqlite:///{path}", master_key=MASTER_KEY)
    assert "\n" not in str(told.value)
    assert path.read_bytes() == content  # small


async def test_a_folder_that_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    """Nothing is made in its place."""
    with pytest.raises(StoreUnavailable, match="unable to open"):
        await Store.open(f"sqlite:///{tmp_path}/missing/twogate.db", master_key=MASTER_KEY)


async def test_a_lock_held_too_long_is_told(store: Store, tmp_path: pathlib.Path) -> None:
    """Another program that does not let go makes a unit unavailable, not endless; readers read on."""
    await store._database.alter(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 50").close())
    with contextlib.closing(sqlite3.connect(tmp_path / "twogate.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not await _write(store, 1)
        assert await store.healthy()
        other.execute("ROLLBACK")
    assert await _write(store, 1)


async def test_writes_are_durable_and_checked(store: Store) -> None:
    """Write-ahead log, full sync, foreign keys: as promised, on the connection that writes."""
    found: dict[str, object] = {}

    def ask(connection: Connection) -> None:
        for pragma in ("journal_mode", "synchronous", "foreign_keys"):
            found[pragma] = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()

    await store._database.alter(ask)
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_waiting_writers_share_a_flush(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred units that wait at once need far fewer commits."""
    commits = 0
    commit = sqlite._Group.commit

    def counted(group: sqlite._Group) -> None:
        nonlocal commits
        commits += 1
        commit(group)

    monkeypatch.setattr(sqlite._Group, "commit", counted)
    await asyncio.gather(*(_append(store, f"usr_{number}") for number in range(200)))
    assert commits < 20
