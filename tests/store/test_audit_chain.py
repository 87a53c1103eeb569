"""Where the hash chain stands."""

import pytest
from tests.ports import NOON

from twogate.rules.audit.chain import START, Head, Place
from twogate.store.audit_chain import AuditKey
from twogate.store.unit import Conflict, Store
from twogate.terms.events import Event

KEY = AuditKey("kid", b"-----BEGIN PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----", NOON)


async def test_rows_get_their_place_once(db: Store) -> None:
    """A placed row waits no more, and cannot be placed again."""
    async with db.work() as unit:
        for _ in range(3):
            await unit.audit.append(Event.SYSTEM_STARTED, at=NOON, actor="system", subject="x")
        assert await unit.chain.end() == START
        waiting = await unit.chain.unsealed(limit=2)
        await unit.chain.place([(row.id, Place(n, f"{n}" * 64)) for n, row in enumerate(waiting, start=1)])
        await unit.chain.place([(waiting[0].id, Place(9, "9" * 64))])
        assert len(await unit.chain.unsealed(limit=10)) == 1
        assert await unit.chain.end() == Place(2, "2" * 64)
        assert [row.digest for row in await unit.chain.sealed(after=1, limit=10)] == ["2" * 64]


async def test_the_end_is_what_rows_or_heads_know(db: Store) -> None:
    """When the last rows are gone, the chain goes on after the head that knew of them."""
    async with db.work() as unit:
        await unit.chain.add_head(Head(7, "7" * 64, NOON, kid="kid", signature="s"))
        assert await unit.chain.end() == Place(7, "7" * 64)
        with pytest.raises(Conflict):
            await unit.chain.add_head(Head(7, "8" * 64, NOON, kid="kid", signature="s"))
        assert [head.index for head in await unit.chain.heads(after=0, limit=10)] == [7]
        assert await unit.chain.heads(after=7, limit=10) == []


async def test_the_private_half_is_sealed(db: Store) -> None:
    """It comes back for signing, hides from print, and is not what lies in the table."""
    async with db.work() as unit:
        assert await unit.chain.key() is None
        await unit.chain.add_key(KEY)
        assert await unit.chain.key() == KEY
        assert await unit.chain.public_keys() == [KEY.public_pem]
    assert "PRIVATE" not in repr(KEY)
    found: list[bytes] = []
    await db._database.alter(
        lambda connection: found.append(connection.exec_driver_sql("SELECT private_pem FROM audit_keys").scalar_one()),
    )
    assert b"PRIVATE" not in bytes(found[0])
