"""Gateway nodes."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.store.records import edge

from twogate.store.unit import Conflict, Store
from twogate.terms.ids import EdgeId


async def test_an_edge_says_where_it_stands(db: Store) -> None:
    """Found by its key, listed by name, with what it reported last."""
    async with db.work() as unit:
        await unit.edges.add(edge("south"))
        await unit.edges.add(edge("north"))
        with pytest.raises(Conflict):
            await unit.edges.add(edge("north"))
        await unit.edges.report(EdgeId("edg_north"), position=7, policy_version=2, fault="", at=NOON)
    async with db.read() as unit:
        found = await unit.edges.by_digest("digest-north")
        assert found == replace(edge(), position=7, policy_version=2, seen=NOON)
        assert [one.name for one in await unit.edges.list()] == ["north", "south"]


async def test_a_removed_edge_has_no_key_any_more(db: Store) -> None:
    """Removing tells whether there was one."""
    async with db.work() as unit:
        await unit.edges.add(edge())
        assert await unit.edges.remove(EdgeId("edg_north"))
        assert not await unit.edges.remove(EdgeId("edg_north"))
        assert await unit.edges.by_digest("digest-north") is None
