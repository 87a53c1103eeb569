"""Where somebody signed in from."""

from dataclasses import replace

from tests.ports import NOON
from tests.store.records import ANN, BOB, settle

from twogate.store.unit import Store
from twogate.terms.ids import DeviceId, SessionId
from twogate.terms.place import NOWHERE, Coordinates, Place, Sighting

BERLIN = Place("DE", 4_294_967_294, "Berlin", Coordinates(52.52, 13.405, 20.0))
SEEN = Sighting(
    "plc_1", ANN, SessionId("ses_1"), NOON, "192.0.2.7", BERLIN, DeviceId("dev_1"), ("new_country", "new_device")
)


async def test_sign_ins_are_found_newest_first(db: Store) -> None:
    """With all that was known of the place, or nothing."""
    await settle(db)
    later = Sighting("plc_2", ANN, SessionId("ses_2"), NOON.plus(5), "local", NOWHERE)
    async with db.work() as unit:
        await unit.places.add(SEEN)
        await unit.places.add(later)
    async with db.read() as unit:
        assert await unit.places.of_user(ANN) == [later, SEEN]
        assert await unit.places.of_user(ANN, limit=1) == [later]
        assert await unit.places.of_user(BOB) == []


async def test_old_sign_ins_are_forgotten(db: Store) -> None:
    """Whoever keeps places longer than they are needed has something to lose."""
    await settle(db)
    async with db.work() as unit:
        for day in range(4):
            await unit.places.add(replace(SEEN, id=f"plc_{day}", at=NOON.plus(day * 86_400)))
        assert await unit.places.prune(NOON.plus(3 * 86_400), keep_seconds=2 * 86_400, limit=1) == 1
        assert await unit.places.prune(NOON.plus(3 * 86_400), keep_seconds=2 * 86_400) == 1
        assert [one.id for one in await unit.places.of_user(ANN)] == ["plc_3", "plc_2"]
