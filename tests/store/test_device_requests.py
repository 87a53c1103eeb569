"""Waiting devices: answered once, fetched once, whoever races."""

import asyncio
from dataclasses import replace

from tests.ports import NOON
from tests.store.records import PROOFS, SOON

from twogate.store.unit import Store
from twogate.terms.device_request import Answer, DeviceRequest
from twogate.terms.ids import ClientId, GrantId

ASKED = DeviceRequest(
    digest="code-1",
    user_code="typed-1",
    client=ClientId("tv"),
    scope=("openid",),
    binding="",
    address="192.0.2.1",
    user_agent="TV/1",
    created=NOON,
    expires=SOON,
    interval=5,
)
GRANT = GrantId("gnt_1")


async def test_one_answer_counts(db: Store, rival: Store) -> None:
    """Of twenty answers at once in two processes, yes and no mixed, one is written."""
    async with db.work() as unit:
        await unit.device_requests.add(ASKED)

    async def answer(store: Store, number: int) -> bool:
        async with store.work() as unit:
            if number % 2:
                return await unit.device_requests.deny(ASKED.digest, NOON)
            return await unit.device_requests.approve(ASKED.digest, grant=GRANT, proofs=PROOFS, at=NOON)

    assert sum(await asyncio.gather(*(answer(store, n) for n in range(10) for store in (db, rival)))) == 1
    async with rival.read() as unit:
        assert await unit.device_requests.waiting(ASKED.user_code, NOON) is None


async def test_an_approval_is_fetched_once(db: Store, rival: Store) -> None:
    """By one of twenty; and before it there is nothing to fetch."""
    async with db.work() as unit:
        await unit.device_requests.add(ASKED)
        assert not await unit.device_requests.consume(ASKED.digest, NOON)
        assert await unit.device_requests.approve(ASKED.digest, grant=GRANT, proofs=PROOFS, at=NOON)

    async def fetch(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.device_requests.consume(ASKED.digest, NOON)

    assert sum(await asyncio.gather(*(fetch(store) for _ in range(10) for store in (db, rival)))) == 1
    async with db.read() as unit:
        kept = await unit.device_requests.get(ASKED.digest)
    assert kept == replace(ASKED, answer=Answer.APPROVED, grant=GRANT, proofs=PROOFS, used=NOON)


async def test_nobody_answers_too_late(db: Store) -> None:
    """From the second of its expiry on it is not found by its code, and takes no answer."""
    async with db.work() as unit:
        await unit.device_requests.add(ASKED)
        assert await unit.device_requests.waiting(ASKED.user_code, SOON) is None
        assert not await unit.device_requests.approve(ASKED.digest, grant=GRANT, proofs=PROOFS, at=SOON)
        assert not await unit.device_requests.deny(ASKED.digest, SOON)
        assert await unit.device_requests.waiting(ASKED.user_code, SOON.plus(-1)) == ASKED


async def test_those_that_wait_are_counted_by_address(db: Store) -> None:
    """Answered and expired ones are not."""
    async with db.work() as unit:
        await unit.device_requests.add(ASKED)
        await unit.device_requests.add(replace(ASKED, digest="code-2", user_code="typed-2"))
        await unit.device_requests.add(replace(ASKED, digest="code-3", user_code="typed-3", address="192.0.2.2"))
        await unit.device_requests.deny("code-2", NOON)
        assert await unit.device_requests.waiting_from(ASKED.address, NOON) == 1
        assert await unit.device_requests.waiting_from(ASKED.address, SOON) == 0


async def test_polls_are_remembered_and_old_ones_forgotten(db: Store) -> None:
    """An hour after its end: until then a second use is recognised."""
    async with db.work() as unit:
        await unit.device_requests.add(ASKED)
        await unit.device_requests.polled(ASKED.digest, NOON, interval=10)
        kept = await unit.device_requests.get(ASKED.digest)
        assert kept is not None
        assert (kept.polled, kept.interval) == (NOON, 10)
        assert await unit.device_requests.prune(SOON.plus(3599)) == 0
        assert await unit.device_requests.prune(SOON.plus(3600)) == 1
