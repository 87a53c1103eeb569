"""One-time codes for somebody who has no account yet."""

import asyncio

from tests.ports import NOON

from twogate.store.unit import Store


async def test_an_invitation_is_used_once(db: Store, rival: Store) -> None:
    """Of ten at once one is let in; a wrong, an old and a replaced one never."""
    async with db.work() as unit:
        await unit.invitations.put("old", now=NOON, expires=NOON.plus(60))
        await unit.invitations.put("new", now=NOON, expires=NOON.plus(60))
        assert not await unit.invitations.use("old", NOON)
        assert await unit.invitations.good("new", NOON.plus(59))
        assert not await unit.invitations.good("new", NOON.plus(60))
        assert not await unit.invitations.use("wrong", NOON)
        assert not await unit.invitations.use("new", NOON.plus(60))

    async def use(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.invitations.use("new", NOON.plus(1))

    assert sum(await asyncio.gather(*(use(store) for store in (db, rival) * 5))) == 1
    async with db.read() as unit:
        assert not await unit.invitations.good("new", NOON.plus(1))
