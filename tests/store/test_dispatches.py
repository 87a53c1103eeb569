"""What waits to be sent: sealed, taken with a lease, erased when it is over, counted afterwards."""

import asyncio
import pathlib
from dataclasses import replace

from tests.ports import NOON
from tests.store.records import ANN, BOB, settle, user

from twogate.store.unit import Store
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.ids import CredentialId, DispatchId, UserId

CODE = Dispatch(Channel.SMS, "+4915112345678", {"code": "246810"}, life=300)
CREDENTIAL = CredentialId("crd_1")
LATER = NOON.plus(10)


async def _put(store: Store, dispatch: Dispatch = CODE, after: float = 0) -> DispatchId:
    async with store.work() as unit:
        return await unit.dispatches.add(ANN, dispatch, credential=CREDENTIAL, now=NOON.plus(after))


async def test_what_was_put_in_is_taken_as_it_was(db: Store) -> None:
    """With its owner, its credential, and how long it is worth sending; the oldest first."""
    await settle(db)
    second, first = await _put(db, after=2), await _put(db, replace(CODE, channel=Channel.EMAIL), after=1)
    async with db.work() as unit:
        taken = await unit.dispatches.take(LATER, lease=30)
    assert [one.id for one in taken] == [first, second]
    assert taken[1].dispatch == CODE
    assert (taken[1].user, taken[1].credential, taken[1].tries) == (ANN, CREDENTIAL, 1)
    assert taken[1].expires == NOON.plus(302)


async def test_of_racing_processes_one_takes_it(db: Store, rival: Store) -> None:
    """Ten dispatches, eight takers in two processes: each is taken once."""
    await settle(db)
    for number in range(10):
        await _put(db, after=number / 100)

    async def take(store: Store) -> list[DispatchId]:
        async with store.work() as unit:
            return [one.id for one in await unit.dispatches.take(LATER, lease=30, limit=3)]

    taken = [one for ids in await asyncio.gather(*(take(store) for store in (db, rival) * 4)) for one in ids]
    assert len(taken) == len(set(taken)) == 10


async def test_what_a_killed_process_had_taken_is_taken_again(db: Store) -> None:
    """After the lease, not before."""
    await settle(db)
    await _put(db)
    async with db.work() as unit:
        assert len(await unit.dispatches.take(LATER, lease=30)) == 1
        assert await unit.dispatches.take(LATER.plus(29), lease=30) == []
        assert await unit.dispatches.next_due() == LATER.plus(30)
        again = await unit.dispatches.take(LATER.plus(30), lease=30)
    assert [one.tries for one in again] == [2]


async def test_what_was_sent_is_erased_and_stays_counted(db: Store) -> None:
    """Nothing of it is left to read; only the first who says so is told that it was the first."""
    await settle(db)
    name = await _put(db)
    async with db.work() as unit:
        assert await unit.dispatches.sent(name, LATER)
        assert not await unit.dispatches.sent(name, LATER)
        assert await unit.dispatches.take(LATER.plus(1000), lease=30) == []
        assert await unit.dispatches.next_due() is None
        assert await unit.dispatches.count(ANN, Channel.SMS, NOON.plus(-1)) == 1
    assert await _contents(db) == [None]


async def test_what_failed_waits_or_is_given_up(db: Store) -> None:
    """With a next time it is taken then; without one it is over and erased."""
    await settle(db)
    name = await _put(db)
    async with db.work() as unit:
        await unit.dispatches.take(LATER, lease=30)
        await unit.dispatches.failed(name, fault="the gateway is away", again=LATER.plus(5))
        assert await unit.dispatches.take(LATER.plus(4), lease=30) == []
        assert len(await unit.dispatches.take(LATER.plus(5), lease=30)) == 1
        await unit.dispatches.failed(name, fault="the number is refused", again=None)
        assert await unit.dispatches.take(LATER.plus(100), lease=30) == []
    assert await _contents(db) == [None]


async def test_what_is_too_late_is_given_up(db: Store) -> None:
    """It is not taken at its end, its content is erased, and whose it was is told once."""
    await settle(db)
    name = await _put(db)
    async with db.work() as unit:
        await unit.dispatches.take(LATER, lease=1)
        await unit.dispatches.failed(name, fault="timeout", again=LATER.plus(1))
        assert await unit.dispatches.expire(NOON.plus(299)) == []
        assert await unit.dispatches.take(NOON.plus(300), lease=30) == []
        (over,) = await unit.dispatches.expire(NOON.plus(300))
        assert await unit.dispatches.expire(NOON.plus(300)) == []
    assert over == {"id": name, "user": ANN, "channel": "sms", "fault": "timeout"}
    assert await _contents(db) == [None]


async def test_everything_put_in_is_counted(db: Store) -> None:
    """By person, by address whoever asked, and all together; each way for itself, only since a moment, no notices."""
    await settle(db)
    async with db.work() as unit:
        await unit.users.add(user("bob"))
        await unit.dispatches.add(BOB, CODE, now=NOON.plus(50))
        await unit.dispatches.add(ANN, replace(CODE, to="+4915100000000"), now=NOON.plus(60))
        await unit.dispatches.add(ANN, replace(CODE, channel=Channel.VOICE), now=NOON.plus(70))
        await unit.dispatches.add(ANN, CODE, counted=False, now=NOON.plus(80))
        box = unit.dispatches
        assert await box.count(ANN, Channel.SMS, NOON) == 1
        assert await box.count(BOB, Channel.SMS, NOON) == 1
        assert await box.count_all(Channel.SMS, NOON, address=CODE.to) == 1
        assert await box.count_all(Channel.VOICE, NOON, address=CODE.to) == 1
        assert await box.count_all(Channel.SMS, NOON) == 2
        assert await box.count_all(Channel.SMS, NOON.plus(50)) == 1


async def test_a_gateway_that_is_away_is_known(db: Store) -> None:
    """To whom something waits in vain, and to all once three people do but who tries again; until one gets through."""
    await settle(db)
    people = [UserId(f"usr_{name}") for name in ("bea", "cyd", "dan", "eve")]
    async with db.work() as unit:
        box = unit.dispatches
        for person in people:
            await unit.users.add(user(person.removeprefix("usr_")))
        assert not await box.stuck(ANN, Channel.SMS, since=NOON)
        for number, person in enumerate([ANN, *people[:2]]):
            assert not await box.stuck(people[3], Channel.SMS, since=NOON)
            name = await box.add(person, CODE, now=NOON.plus(number))
            await box.failed(name, fault="away", again=LATER)
            assert await box.stuck(person, Channel.SMS, since=NOON)
        assert await box.stuck(people[3], Channel.SMS, since=NOON)
        assert not await box.stuck(people[3], Channel.VOICE, since=NOON)
        assert not await box.stuck(people[3], Channel.SMS, since=NOON.plus(2))  # nobody has tried since
        await box.sent(await box.add(people[2], CODE, now=NOON.plus(9)), LATER)
        assert not await box.stuck(people[3], Channel.SMS, since=NOON)
        assert await box.stuck(ANN, Channel.SMS, since=NOON)


async def test_what_is_over_is_forgotten(db: Store) -> None:
    """After its time; what still waits stays."""
    await settle(db)
    name = await _put(db)
    await _put(db)
    async with db.work() as unit:
        await unit.dispatches.sent(name, LATER)
        assert await unit.dispatches.prune(NOON.plus(99), keep_seconds=100) == 0
        assert await unit.dispatches.prune(NOON.plus(100), keep_seconds=100) == 1
        assert await unit.dispatches.count_all(Channel.SMS, NOON.plus(-1)) == 1


async def test_whoever_carries_it_is_woken_by_the_commit(db: Store) -> None:
    """Not by a unit that put nothing in, and not before the commit."""
    await settle(db)
    assert not db.dispatched.is_set()
    async with db.work() as unit:
        await unit.dispatches.add(ANN, CODE, now=NOON)
        assert not db.dispatched.is_set()
    assert db.dispatched.is_set()


async def test_neither_number_nor_code_lies_open(store: Store, tmp_path: pathlib.Path) -> None:
    """The bytes of the database hold neither, nor a plain hash of the number."""
    await settle(store)
    await _put(store)
    written = b"".join(file.read_bytes() for file in _files(tmp_path))
    assert b"dsp_" in written
    assert b"246810" not in written
    assert b"4915112345678" not in written


async def _contents(store: Store) -> list[bytes | None]:
    def read(connection: object) -> list[bytes | None]:
        rows = connection.exec_driver_sql("SELECT content FROM dispatches")  # type: ignore[attr-defined]
        return [row[0] for row in rows]

    found: list[bytes | None] = []
    await store._database.alter(lambda connection: found.extend(read(connection)))
    return found


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return list(folder.glob("twogate.db*"))
