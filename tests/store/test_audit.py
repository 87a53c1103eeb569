"""The audit log's rows."""

import contextlib

from tests.ports import NOON
from tests.store.records import fail

from twogate.store.unit import AuditRow, Store
from twogate.terms.events import Event


async def test_events_are_kept_with_what_they_tell_of(db: Store) -> None:
    """In the transaction of the thing: rolled back with it, listed by id, filtered by subject and event."""
    with contextlib.suppress(LookupError):
        async with db.work() as unit:
            await unit.audit.append(Event.SYSTEM_STARTED, at=NOON, actor="system", subject="lost")
            fail()
    async with db.work() as unit:
        await unit.audit.append(
            Event.USER_SIGN_IN_PASSED,
            at=NOON,
            actor="usr_1",
            subject="usr_1",
            request_id="r",
            address="192.0.2.1",
            facts={"amr": ("pwd", "otp")},
        )
        await unit.audit.append(Event.ADMIN_USER_BLOCKED, at=NOON, actor="cli:root", subject="usr_2")
    async with db.read() as unit:
        rows = await unit.audit.list()
        first = AuditRow(
            id=rows[0].id,
            at=NOON,
            event=Event.USER_SIGN_IN_PASSED,
            actor="usr_1",
            subject="usr_1",
            request_id="r",
            address="192.0.2.1",
            facts={"amr": ["pwd", "otp"]},
        )
        assert rows[0] == first
        assert [row.subject for row in rows] == ["usr_1", "usr_2"]
        assert await unit.audit.list(subject="usr_2") == [rows[1]]
        assert await unit.audit.list(event=Event.USER_SIGN_IN_PASSED) == [first]
        assert await unit.audit.list(after=rows[0].id, limit=1) == [rows[1]]


async def test_what_looks_like_a_secret_is_withheld(db: Store) -> None:
    """Also where a caller typed it as a name."""
    async with db.work() as unit:
        await unit.audit.append(Event.USER_SIGN_IN_REFUSED, at=NOON, actor="tg_pat_x", subject="x" * 60)
    async with db.read() as unit:
        (row,) = await unit.audit.list()
    assert (row.actor, row.subject) == ("[withheld]", "[withheld]")


async def test_an_event_of_a_newer_program_is_shown_as_it_stands(db: Store) -> None:
    """A row that this program would not write is still listed."""
    async with db.work() as unit:
        await unit.audit.append(Event.SYSTEM_STARTED, at=NOON, actor="system", subject="x")
    forged = "UPDATE audit SET event = 'future:event:happened', facts = '[1'"
    await db._database.alter(lambda connection: connection.exec_driver_sql(forged).close())
    async with db.read() as unit:
        (row,) = await unit.audit.list()
    assert (str(row.event), row.facts) == ("future:event:happened", {"unreadable": "[1"})


async def test_what_concerns_somebody_is_paged_from_the_newest(db: Store) -> None:
    """Of one subject and of these events only; each page before the last id of the one after it."""
    async with db.work() as unit:
        for number in range(5):
            await unit.audit.append(
                Event.USER_SESSION_ENDED, at=NOON, actor="x", subject="usr_1", facts={"number": number}
            )
            await unit.audit.append(Event.USER_SESSION_ENDED, at=NOON, actor="x", subject="usr_2")
            await unit.audit.append(Event.USER_PROOF_PASSED, at=NOON, actor="x", subject="usr_1")
    wanted = (Event.USER_SESSION_ENDED, Event.USER_SESSION_STARTED)
    async with db.read() as unit:
        first = await unit.audit.newest(subject="usr_1", events=wanted, limit=3)
        rest = await unit.audit.newest(subject="usr_1", events=wanted, before=first[-1].id, limit=3)
    assert [row.facts["number"] for row in (*first, *rest)] == [4, 3, 2, 1, 0]
