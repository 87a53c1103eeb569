"""Pushed authorization requests: answered once, sealed, forgotten."""

import asyncio

from sqlalchemy import select
from tests.ports import NOON
from tests.store.records import SOON

from twogate.store.tables.oauth import PUSHED_REQUESTS
from twogate.store.unit import Store
from twogate.terms.ids import ClientId
from twogate.terms.session import PushedRequest

ASKED = PushedRequest("request-1", ClientId("cli_1"), "state=x&login_hint=ann", "jkt:key", SOON)


async def test_a_request_is_answered_exactly_once(db: Store, rival: Store) -> None:
    """Of twenty answers at once, in two processes, one is given (RFC 9126 section 4)."""
    async with db.work() as unit:
        await unit.pushed_requests.add(ASKED)

    async def consume(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.pushed_requests.consume(ASKED.digest, NOON)

    async with rival.read() as unit:
        assert await unit.pushed_requests.get(ASKED.digest) == ASKED
        assert await unit.pushed_requests.get("request-2") is None
    assert sum(await asyncio.gather(*(consume(store) for _ in range(10) for store in (db, rival)))) == 1
    async with db.read() as unit:
        found = await unit.pushed_requests.get(ASKED.digest)
        assert found is not None
        assert found.used == NOON


async def test_what_is_asked_lies_sealed(db: Store) -> None:
    """Nobody reads in the database whom somebody wants to sign in as."""
    async with db.work() as unit:
        await unit.pushed_requests.add(ASKED)
        row = await unit.pushed_requests._transaction.row(select(PUSHED_REQUESTS))
    assert row is not None
    assert b"login_hint" not in row["parameters"]


async def test_requests_are_forgotten_an_hour_late(db: Store) -> None:
    """Until then a second use is still recognised."""
    async with db.work() as unit:
        await unit.pushed_requests.add(ASKED)
        assert await unit.pushed_requests.prune(SOON.plus(3599)) == 0
        assert await unit.pushed_requests.prune(SOON.plus(3600)) == 1
