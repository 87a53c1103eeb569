"""Authorizations."""

import asyncio

from tests.ports import NOON
from tests.store.records import ANN, SOON, code, grant, refresh_token, session, settle

from twogate.store.unit import Store
from twogate.terms.ids import ClientId, GrantId, SessionId

ONE = GrantId("gnt_1")


async def test_grants_are_found_by_session_user_and_client(db: Store) -> None:
    """As they were stored, oldest first."""
    await settle(db)
    service = grant(2, user=None, session=None, client="batch")
    async with db.work() as unit:
        await unit.grants.add(service)
    async with db.read() as unit:
        assert await unit.grants.get(ONE) == grant()
        assert await unit.grants.of_session(SessionId("ses_1")) == [grant()]
        assert await unit.grants.of_user(ANN) == [grant()]
        assert await unit.grants.of_client(ClientId("batch"), live=True) == [service]


async def test_a_grant_is_extended_never_shortened(db: Store) -> None:
    """The last expiry is the latest of all its tokens."""
    await settle(db)
    async with db.work() as unit:
        assert await unit.grants.extend(ONE, NOON.plus(900))
        assert await unit.grants.extend(ONE, NOON.plus(600))
        found = await unit.grants.get(ONE)
    assert found is not None
    assert found.last_expiry == NOON.plus(900)


async def test_a_revoked_grant_yields_no_more_tokens(db: Store, rival: Store) -> None:
    """One caller revokes it; from then on it cannot be extended, so its last expiry stands."""
    await settle(db)

    async def revoke(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.grants.revoke(ONE, NOON)

    assert sum(await asyncio.gather(*(revoke(store) for _ in range(10) for store in (db, rival)))) == 1
    async with db.work() as unit:
        assert not await unit.grants.extend(ONE, NOON.plus(900))
        found = await unit.grants.get(ONE)
    assert found is not None
    assert (found.revoked, found.last_expiry) == (NOON, NOON.plus(300))


async def test_grants_are_forgotten_when_nothing_can_renew_them(db: Store) -> None:
    """A standing session, a code or a refresh token keeps its grant; the rest goes after its last token."""
    late = NOON.plus(86_400)
    await settle(db)
    async with db.work() as unit:
        await unit.sessions.add(session(2, absolute_end=late.plus(1)))
        await unit.grants.add(grant(2, session="ses_2"))
        await unit.grants.add(grant(3, session=None, user=None))
        await unit.grants.add(grant(4, session=None))
        await unit.grants.add(grant(5, session=None))
        await unit.codes.add(code(grant="gnt_4", expires=SOON))
        await unit.refresh_tokens.add(refresh_token(grant="gnt_5"))
        assert await unit.grants.prune(NOON.plus(300 + 59), keep_seconds=60) == 0
        assert await unit.grants.prune(late.plus(60), keep_seconds=60) == 2
        left = [await unit.grants.get(GrantId(f"gnt_{n}")) for n in range(1, 6)]
    assert [one.id for one in left if one] == ["gnt_2", "gnt_4", "gnt_5"]
