"""Units of work: all or nothing, on both databases."""

import asyncio
import contextlib

import pytest
from tests.ports import MASTER_KEY, NOON
from tests.store.records import ANN, credential, fail, settle, user

from twogate.store.unit import Conflict, Store, StoreBroken, StoreUnavailable
from twogate.terms.ids import CredentialId
from twogate.terms.instant import Instant


async def test_a_unit_that_raises_has_written_nothing(db: Store) -> None:
    """And its neighbours have written all of theirs, although they may share a flush."""

    async def write(number: int) -> None:
        with contextlib.suppress(LookupError):
            async with db.work() as unit:
                await unit.users.add(user(f"{number:02}"))
                await asyncio.sleep(0)
                if number % 3 == 0:
                    fail()
                await unit.audit.append("user:session:started", at=NOON, actor="x", subject=f"{number}")  # type: ignore[arg-type]

    await asyncio.gather(*(write(number) for number in range(30)))
    async with db.read() as unit:
        names = [one.name for one in await unit.users.list()]
        assert names == [f"{number:02}" for number in range(30) if number % 3]
        assert len(await unit.audit.list()) == 20


async def test_a_reader_writes_nothing(db: Store) -> None:
    """Writing in a read unit fails and leaves no trace."""
    with pytest.raises(StoreUnavailable):
        async with db.read() as unit:
            await unit.users.add(user())
    async with db.read() as unit:
        assert await unit.users.count() == 0


async def test_a_conflict_of_the_unit_leaves_its_neighbours_alone(db: Store) -> None:
    """Twenty accounts of one name at once: one is made, nineteen are told that it is taken."""

    async def add(number: int) -> bool:
        try:
            async with db.work() as unit:
                await unit.users.add(user(id=f"usr_{number}"))
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(add(number) for number in range(20)))) == 1


async def test_another_master_key_is_told(db: Store, url: str) -> None:
    """What is not sealed can be read; what is sealed says why it cannot."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential())
    stranger = await Store.open(url, master_key=bytes(32))
    async with stranger.read() as unit:
        assert await unit.users.get(ANN) == user()
        with pytest.raises(StoreBroken, match="another master key"):
            await unit.credentials.get(CredentialId("crd_1"))
    await stranger.close()


async def test_health_is_whether_the_database_answers(db: Store, url: str) -> None:
    """Asked as often as one likes."""
    assert await db.healthy()
    with pytest.raises(ValueError, match="32 bytes"):
        await Store.open(url, master_key=MASTER_KEY[:5])


async def test_times_keep_their_milliseconds(db: Store) -> None:
    """An Instant comes back as the Instant it was, also beyond 2038."""
    late = Instant(4_102_444_800_123)
    async with db.work() as unit:
        await unit.users.add(user(created=late))
        found = await unit.users.get(ANN)
    assert found is not None
    assert found.created == late
    assert isinstance(found.created, Instant)
