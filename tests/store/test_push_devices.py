"""How phones are woken: the newest word counts, and only as long as the phone is connected."""

from tests.ports import NOON
from tests.store.records import ANN, BOB, credential, user

from twogate.store.unit import Store
from twogate.terms.push import PushDeviceId, Route

ONE, TWO = PushDeviceId("pdv_1"), PushDeviceId("pdv_2")
NTFY = Route("ntfy", {"topic": "very-secret-topic"})
WEB = Route("web_push", {"endpoint": "https://push.example.net/x", "p256dh": "k", "auth": "a"})


async def _people(store: Store) -> None:
    async with store.work() as unit:
        await unit.users.add(user())
        await unit.users.add(user("bob"))


async def test_the_newest_word_counts(db: Store) -> None:
    """A statement that is not newer changes nothing; nor does another person's about this phone."""
    await _people(db)
    async with db.work() as unit:
        assert await unit.push_devices.put(ONE, ANN, NTFY, said=NOON)
        assert not await unit.push_devices.put(ONE, ANN, WEB, said=NOON)
        assert not await unit.push_devices.put(ONE, ANN, WEB, said=NOON.plus(-1))
        assert not await unit.push_devices.put(ONE, BOB, WEB, said=NOON.plus(1))
        assert await unit.push_devices.routes(ANN) == {ONE: NTFY}
        assert await unit.push_devices.put(ONE, ANN, WEB, said=NOON.plus(1))
        assert await unit.push_devices.put(TWO, ANN, NTFY, said=NOON)
        assert await unit.push_devices.routes(ANN) == {ONE: WEB, TWO: NTFY}
        assert await unit.push_devices.routes(BOB) == {}


async def test_a_phone_that_is_not_woken(db: Store) -> None:
    """Because it says so, or because its address is gone."""
    await _people(db)
    async with db.work() as unit:
        await unit.push_devices.put(ONE, ANN, NTFY, said=NOON)
        await unit.push_devices.put(TWO, ANN, NTFY, said=NOON)
        await unit.push_devices.put(ONE, ANN, None, said=NOON.plus(1))
        await unit.push_devices.forget(TWO)
        assert await unit.push_devices.routes(ANN) == {}


async def test_phones_that_are_gone_are_forgotten(db: Store) -> None:
    """Once no credential has their name."""
    await _people(db)
    async with db.work() as unit:
        await unit.credentials.add(credential(factor="push", identifier=ONE))
        await unit.push_devices.put(ONE, ANN, NTFY, said=NOON)
        await unit.push_devices.put(TWO, ANN, NTFY, said=NOON)
        assert await unit.push_devices.prune() == 1
        assert await unit.push_devices.routes(ANN) == {ONE: NTFY}
