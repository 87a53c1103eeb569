"""Initial access tokens: good for so many, so long."""

import asyncio

from tests.ports import NOON
from tests.store.records import SOON

from twogate.store.unit import Store
from twogate.terms.consent import RegistrationToken

ONE = RegistrationToken("digest-1", "partner", NOON, SOON, 3)


async def test_a_token_is_spent_as_often_as_it_says(db: Store, rival: Store) -> None:
    """Of twenty tries in two processes three succeed."""
    async with db.work() as unit:
        await unit.registration_tokens.add(ONE)

    async def spend(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.registration_tokens.spend(ONE.digest, NOON)

    assert sum(await asyncio.gather(*(spend(store) for _ in range(10) for store in (db, rival)))) == 3
    async with db.read() as unit:
        assert [one.uses for one in await unit.registration_tokens.list()] == [0]


async def test_a_token_ends(db: Store) -> None:
    """Not at its expiry, and not once it was removed."""
    async with db.work() as unit:
        await unit.registration_tokens.add(ONE)
        assert not await unit.registration_tokens.spend(ONE.digest, SOON)
        assert not await unit.registration_tokens.spend("digest-2", NOON)
        assert await unit.registration_tokens.remove(ONE.digest)
        assert not await unit.registration_tokens.remove(ONE.digest)
        assert not await unit.registration_tokens.spend(ONE.digest, NOON)
