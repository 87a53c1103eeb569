"""Long-lived opaque tokens."""

import asyncio

import pytest
from tests.ports import NOON
from tests.store.records import ANN, api_token

from twogate.store.unit import Conflict, Store
from twogate.terms.ids import ApiTokenId

ONE = ApiTokenId("tok_1")


async def test_api_tokens_are_found_by_id_digest_and_owner(db: Store) -> None:
    """As they were stored, newest first."""
    async with db.work() as unit:
        await unit.api_tokens.add(api_token(1))
        await unit.api_tokens.add(api_token(2))
        await unit.api_tokens.add(api_token(3, owner="batch"))
        with pytest.raises(Conflict):
            await unit.api_tokens.add(api_token(4, digest="digest-1"))
    async with db.read() as unit:
        assert await unit.api_tokens.get(ONE) == api_token(1)
        assert await unit.api_tokens.by_digest("digest-2") == api_token(2)
        assert await unit.api_tokens.by_digest("digest-4") is None
        assert await unit.api_tokens.of_owner(ANN) == [api_token(2), api_token(1)]
        assert [one.id for one in await unit.api_tokens.list(limit=2)] == ["tok_3", "tok_2"]


async def test_one_caller_revokes_a_token(db: Store, rival: Store) -> None:
    """Of many at once, one is told that it did."""
    async with db.work() as unit:
        await unit.api_tokens.add(api_token())

    async def revoke(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.api_tokens.revoke(ONE, NOON)

    assert sum(await asyncio.gather(*(revoke(store) for _ in range(5) for store in (db, rival)))) == 1
    async with db.read() as unit:
        assert await unit.api_tokens.get(ONE) == api_token(revoked=NOON)


async def test_live_tokens_are_counted_and_dead_ones_forgotten(db: Store) -> None:
    """Revoked, expired and other people's tokens are not counted; what expired long ago goes."""
    async with db.work() as unit:
        await unit.api_tokens.add(api_token(1, expires=NOON.plus(10)))
        await unit.api_tokens.add(api_token(2, expires=NOON.plus(20)))
        await unit.api_tokens.add(api_token(3, expires=NOON.plus(20), revoked=NOON))
        await unit.api_tokens.add(api_token(4, owner="batch"))
        assert await unit.api_tokens.live(ANN, NOON) == 2
        assert await unit.api_tokens.live(ANN, NOON.plus(10)) == 1
        assert await unit.api_tokens.prune(NOON.plus(30), keep_seconds=20) == 1
        assert await unit.api_tokens.prune(NOON.plus(30), keep_seconds=10, limit=1) == 1
        assert await unit.api_tokens.get(ONE) is None
