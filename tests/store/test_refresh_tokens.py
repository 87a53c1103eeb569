"""Refresh tokens: rotated away once, remembered until the family ends."""

import asyncio

from tests.ports import MASTER_KEY, NOON
from tests.store.records import SOON, client, grant, refresh_token, session, settle, user

from twogate.store.refresh_tokens import RefreshTokens, RestingToken
from twogate.store.sealing import Sealing
from twogate.store.unit import Store
from twogate.terms.secret import Secret


async def _consume(store: Store, digest: str = "refresh-1") -> bool:
    async with store.work() as unit:
        return await unit.refresh_tokens.consume(digest, NOON)


async def test_a_refresh_token_is_rotated_exactly_once(db: Store, rival: Store) -> None:
    """Of twenty refreshes at once, in two processes, one wins."""
    await settle(db)
    async with db.work() as unit:
        await unit.refresh_tokens.add(refresh_token())
    assert sum(await asyncio.gather(*(_consume(store) for _ in range(10) for store in (db, rival)))) == 1


async def test_case_25_refresh_replay_after_restart(db: Store, url: str) -> None:
    """A token rotated before the store was closed is still known as used after it is opened again."""
    await settle(db)
    async with db.work() as unit:
        await unit.refresh_tokens.add(refresh_token())
    assert await _consume(db)
    await db.close()
    again = await Store.open(url, master_key=MASTER_KEY)
    try:
        async with again.read() as unit:
            assert await unit.refresh_tokens.get("refresh-1") == refresh_token(used=NOON)
        assert not await _consume(again)
    finally:
        await again.close()


async def test_an_expired_token_is_neither_consumed_nor_kept(db: Store) -> None:
    """After the family's end there is nothing to rotate and nothing to remember; batches are bounded."""
    await settle(db)
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.refresh_tokens.add(refresh_token(number))
        assert not await unit.refresh_tokens.consume("refresh-1", SOON)
        assert await unit.refresh_tokens.prune(SOON.plus(-1)) == 0
        assert await unit.refresh_tokens.prune(SOON, limit=2) == 2
        assert await unit.refresh_tokens.prune(SOON, limit=2) == 1
        assert await unit.refresh_tokens.get("refresh-1") is None


async def test_a_token_comes_with_everything_it_rests_on(db: Store) -> None:
    """One question brings token, grant, person, session and client; none of it when one of them is gone."""
    await settle(db)
    async with db.work() as unit:
        await unit.refresh_tokens.add(refresh_token())
        assert await unit.refresh_tokens.resting("refresh-1") is None  # its client is not registered
        await unit.clients.add(client())
        resting = await unit.refresh_tokens.resting("refresh-1")
    assert resting == RestingToken(refresh_token(), grant(), user(), session(), client())


async def test_a_successor_is_the_same_again_and_nobody_else_can_compute_it(db: Store, rival: Store) -> None:
    """Every process with the master key finds the same next token; under another key it is another one."""
    token = Secret("tg_rt_one")
    async with db.read() as unit, rival.read() as other:
        first, second = (one.refresh_tokens.successor(token, "tg_rt_") for one in (unit, other))
        assert unit.refresh_tokens.successor(Secret("tg_rt_two"), "tg_rt_") != first
    assert first == second
    assert first.text().startswith("tg_rt_")
    assert len(first) == len("tg_rt_") + 43
    stranger = RefreshTokens(unit.refresh_tokens._transaction, Sealing(bytes(32)))
    assert stranger.successor(token, "tg_rt_") != first
