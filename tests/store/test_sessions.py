"""Sessions: what has ended stays ended."""

import asyncio
from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.store.records import ANN, BOB, PROOFS, session, settle, user

from twogate.store.unit import Conflict, Store
from twogate.terms.ids import SessionId

ONE = SessionId("ses_1")


async def test_a_session_comes_back_as_it_was_stored(db: Store) -> None:
    """By id and by the digest of its secret, with every proof and its nature."""
    await settle(db)
    async with db.read() as unit:
        assert await unit.sessions.get(ONE) == session()
        assert await unit.sessions.by_digest("digest-1") == session()
        assert await unit.sessions.by_digest("digest-2") is None


async def test_a_step_up_replaces_secret_and_proofs_once(db: Store) -> None:
    """The new secret opens the session, the old one does not, and the same version is not replaced twice."""
    await settle(db)
    upgraded = session(secret_digest="new", proofs=PROOFS[:1], last_used=NOON.plus(9))
    async with db.work() as unit:
        await unit.sessions.replace(upgraded)
        with pytest.raises(Conflict):
            await unit.sessions.replace(upgraded)
        assert await unit.sessions.by_digest("digest-1") is None
        assert await unit.sessions.by_digest("new") == replace(upgraded, version=1)


async def test_one_caller_ends_a_session(db: Store, rival: Store) -> None:
    """Of many that end it at once, in two processes, one is told that it did."""
    await settle(db)

    async def end(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.sessions.end(ONE, NOON)

    assert sum(await asyncio.gather(*(end(store) for _ in range(10) for store in (db, rival)))) == 1
    async with db.work() as unit:
        assert not await unit.sessions.touch(ONE, NOON.plus(1))
        assert not await unit.sessions.of_user(ANN)


async def test_case_26_deleted_session_is_not_restored_by_a_concurrent_request(db: Store, rival: Store) -> None:
    """A sign-out among fifty writes of the same session, in two processes: afterwards it is over for good."""
    await settle(db)

    async def write(store: Store, number: int) -> None:
        async with store.read() as unit:
            read = await unit.sessions.get(ONE)
        assert read is not None
        await asyncio.sleep(0)
        try:
            async with store.work() as unit:
                await unit.sessions.touch(ONE, NOON.plus(number))
                await unit.sessions.replace(replace(read, secret_digest=f"again-{number}", ended=None))
        except Conflict:
            return

    async def sign_out() -> bool:
        await asyncio.sleep(0.01)
        async with rival.work() as unit:
            return await unit.sessions.end(ONE, NOON)

    writes = [write(store, n) for n in range(25) for store in (db, rival)]
    ended, *_ = await asyncio.gather(sign_out(), *writes)
    assert ended
    async with db.read() as unit:
        found = await unit.sessions.get(ONE)
    assert found is not None
    assert found.ended == NOON
    with pytest.raises(Conflict):
        async with db.work() as unit:
            await unit.sessions.replace(found)


async def test_all_sessions_of_an_account_end_but_the_kept_one(db: Store) -> None:
    """Only those that were live are returned, and other accounts keep theirs."""
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.users.add(user("bob"))
        for number in (1, 2, 3):
            await unit.sessions.add(session(number))
        await unit.sessions.add(session(4, user=BOB))
        await unit.sessions.end(ONE, NOON)
        ended = await unit.sessions.end_all(ANN, NOON.plus(1), keep=SessionId("ses_3"))
        assert ended == [session(2, ended=NOON.plus(1))]
        assert [one.id for one in await unit.sessions.of_user(ANN)] == ["ses_3"]
        assert [one.id for one in await unit.sessions.end_all(ANN, NOON)] == ["ses_3"]
        assert [one.id for one in await unit.sessions.of_user(BOB)] == ["ses_4"]


async def test_a_session_without_grants_is_forgotten_long_after_its_end(db: Store) -> None:
    """Not before, and not while a grant refers to it."""
    await settle(db)
    async with db.work() as unit:
        await unit.sessions.add(session(2))
        assert await unit.sessions.prune(NOON.plus(3600 + 59), keep_seconds=60) == 0
        assert await unit.sessions.prune(NOON.plus(3600 + 60), keep_seconds=60) == 1
        assert await unit.sessions.get(ONE) is not None
