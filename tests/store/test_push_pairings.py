"""QR codes: one phone gets in by each, and none too late."""

import asyncio

from tests.phone import Phone
from tests.ports import NOON
from tests.store.records import ANN, user

from twogate.store.unit import Store
from twogate.terms.push import Pairing, PushDeviceId, Registration

END = NOON.plus(600)


def _registration(number: int) -> Registration:
    return Registration(PushDeviceId(f"pdv_{number}"), Phone().jwk, "Chrome on Android", "s" * 86)


async def _show(store: Store, *digests: str) -> None:
    async with store.work() as unit:
        await unit.users.add(user())
        for digest in digests:
            await unit.push_pairings.add(digest, ANN, END)


async def test_one_phone_gets_in(db: Store, rival: Store) -> None:
    """Of twenty that scanned the same picture, in two processes, the first; its key is what is kept."""
    await _show(db, "one")
    phones = [_registration(number) for number in range(20)]

    async def claim(store: Store, phone: Registration) -> bool:
        async with store.work() as unit:
            return await unit.push_pairings.claim("one", phone, NOON)

    done = await asyncio.gather(*(claim(store, phone) for store, phone in zip([db, rival] * 10, phones, strict=True)))
    assert sum(done) == 1
    async with db.read() as unit:
        assert await unit.push_pairings.get("one") == Pairing("one", ANN, END, phones[done.index(True)])


async def test_nobody_gets_in_late_or_unasked(db: Store) -> None:
    """Ten minutes, to the moment; by no picture that was not shown."""
    await _show(db, "one", "two")
    async with db.work() as unit:
        assert await unit.push_pairings.get("one") == Pairing("one", ANN, END)
        assert await unit.push_pairings.get("nine") is None
        assert not await unit.push_pairings.claim("nine", _registration(1), NOON)
        assert not await unit.push_pairings.claim("one", _registration(1), END)
        assert await unit.push_pairings.claim("one", _registration(1), END.plus(-0.001))


async def test_old_ones_are_forgotten(db: Store) -> None:
    """In bounded batches."""
    await _show(db, "one", "two")
    async with db.work() as unit:
        assert await unit.push_pairings.prune(NOON) == 0
        assert await unit.push_pairings.prune(END, limit=1) == 1
        assert await unit.push_pairings.prune(END, limit=5) == 1
