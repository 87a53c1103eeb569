"""The key of this installation at push services: one for all processes."""

import asyncio

from tests.ports import NOON

from twogate.store.unit import Store
from twogate.terms.secret import Secret


async def test_the_first_key_stays(db: Store, rival: Store) -> None:
    """Of several that are made at once, in two processes, one is kept and all read that one."""
    made = [Secret(f"pem-{number}") for number in range(6)]

    async def keep(store: Store, pem: Secret) -> bool:
        async with store.work() as unit:
            return await unit.push_keys.keep("vapid", pem, NOON)

    async with db.read() as unit:
        assert await unit.push_keys.get("vapid") is None
    done = await asyncio.gather(*(keep(store, pem) for store, pem in zip([db, rival] * 3, made, strict=True)))
    assert sum(done) == 1
    for store in (db, rival):
        async with store.read() as unit:
            assert await unit.push_keys.get("vapid") == made[done.index(True)]
