"""PostgreSQL: what its own isolation adds, and what is told when it is away."""

import asyncio

import psycopg
import pytest
from tests.ports import MASTER_KEY, NOON
from tests.store.records import ANN, user

from twogate.store.unit import Conflict, Store, StoreUnavailable
from twogate.terms.changes import ChangeKind


async def test_a_reader_sees_one_state(pg_store: Store) -> None:
    """What commits while a read unit is open is not in it: head and content are of one moment."""
    async with pg_store.read() as unit:
        assert await unit.feed.head() == 0
        async with pg_store.work() as other:
            await other.feed.append(ChangeKind.SUBJECT_BLOCKED, "usr_1", at=NOON)
        assert (await unit.feed.snapshot(NOON)).changes == ()
    async with pg_store.read() as unit:
        assert await unit.feed.head() == 1


async def test_a_deadlock_is_a_lost_race(pg_store: Store) -> None:
    """Two units that wait for each other: one goes through, the other is told to try again."""
    async with pg_store.work() as unit:
        await unit.users.add(user("ann"))
        await unit.users.add(user("bob"))
    met = asyncio.Barrier(2)

    async def block(first: str, second: str) -> bool:
        try:
            async with pg_store.work() as unit:
                await unit.users.set_blocked(first, NOON)  # type: ignore[arg-type]
                await met.wait()
                await unit.users.set_blocked(second, NOON)  # type: ignore[arg-type]
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(block("usr_ann", "usr_bob"), block("usr_bob", "usr_ann"))) == [False, True]


async def test_nobody_there_is_told_in_one_line() -> None:
    """A server that does not answer is unavailable, not a traceback of the driver."""
    with pytest.raises(StoreUnavailable, match="does not answer") as told:
        await Store.open("postgresql://twogate@127.0.0.1:1/x", master_key=MASTER_KEY)
    assert "\n" not in str(told.value)


async def test_a_server_that_drops_its_connections_is_reached_again(pg_store: Store, pg_url: str) -> None:
    """A unit cut in the middle has written nothing; the next one opens a new connection."""
    with pytest.raises(StoreUnavailable):
        await _cut_in_the_middle(pg_store, pg_url)
    async with pg_store.work() as unit:
        assert await unit.users.get(ANN) is None
        await unit.users.add(user())
    assert await pg_store.healthy()


async def _cut_in_the_middle(store: Store, url: str) -> None:
    async with store.work() as unit:
        await unit.users.add(user())
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
        await unit.users.count()


async def test_a_foreign_database_is_told_to_be_one(pg_server: str) -> None:
    """An unknown database name is one clear line."""
    with pytest.raises(StoreUnavailable, match="nowhere"):
        await Store.open(pg_server.replace("/postgres?", "/nowhere?"), master_key=MASTER_KEY)
