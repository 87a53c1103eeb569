"""Known browsers and apps."""

import pytest
from tests.ports import NOON
from tests.store.records import ANN, device, settle, user

from twogate.store.unit import Conflict, Store
from twogate.terms.ids import UserId


async def test_devices_are_found_by_their_secret_and_owner(db: Store) -> None:
    """Each secret belongs to one device; seen again, it says when."""
    await settle(db)
    async with db.work() as unit:
        await unit.devices.add(device(1))
        await unit.devices.add(device(2))
        with pytest.raises(Conflict):
            await unit.devices.add(device(3, secret_digest="digest-1"))
        await unit.devices.touch("dev_1", NOON.plus(9))
    async with db.read() as unit:
        assert await unit.devices.by_digest("digest-1") == device(1, last_seen=NOON.plus(9))
        assert await unit.devices.by_digest("digest-3") is None
        assert [one.id for one in await unit.devices.of_user(ANN)] == ["dev_1", "dev_2"]


async def test_all_devices_of_an_account_are_forgotten(db: Store) -> None:
    """After that none of their secrets is known."""
    await settle(db)
    async with db.work() as unit:
        await unit.devices.add(device())
        await unit.devices.remove_all(ANN)
        assert await unit.devices.by_digest("digest-1") is None


async def test_devices_that_nobody_sees_are_forgotten(db: Store) -> None:
    """Those not seen for so long go, a batch at a time; the others stay."""
    await settle(db)
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.devices.add(device(number, last_seen=NOON.plus(number)))
        assert await unit.devices.prune(NOON.plus(12), keep_seconds=10, limit=1) == 1
        assert await unit.devices.prune(NOON.plus(12), keep_seconds=10) == 1
        assert [one.id for one in await unit.devices.of_user(ANN)] == ["dev_3"]


async def test_the_devices_that_were_seen_last_are_kept(db: Store) -> None:
    """The others of the same owner go; those of other people are not looked at."""
    await settle(db)
    async with db.work() as unit:
        await unit.users.add(user("eve"))
        await unit.devices.add(device(9, user=UserId("usr_eve"), last_seen=NOON))
        for number, seen in ((1, 30), (2, 10), (3, 20)):
            await unit.devices.add(device(number, last_seen=NOON.plus(seen)))
        await unit.devices.keep_newest(ANN, 2)
        assert [one.id for one in await unit.devices.of_user(ANN)] == ["dev_1", "dev_3"]
        assert len(await unit.devices.of_user(UserId("usr_eve"))) == 1
