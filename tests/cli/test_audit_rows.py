"""The newest events."""

from pathlib import Path

import pytest
from tests.ports import NOON

from twogate.cli import audit_rows
from twogate.cli.audit_rows import Filter, newest, row_facts
from twogate.cli.database import opened
from twogate.cli.installed import existing
from twogate.terms.events import Event


async def test_the_newest_that_fit_oldest_first(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is read over several pages and only its end is kept."""
    monkeypatch.setattr(audit_rows, "_PAGE", 3)
    found = existing(data)
    async with opened(found) as store, store.work() as unit:
        for number in range(10):
            subject = f"edg_{number % 2}"
            await unit.audit.append(
                Event.ADMIN_EDGE_ADDED, at=NOON, actor="cli:test", subject=subject, facts={"number": number}
            )
    rows = await newest(found, Filter(event=Event.ADMIN_EDGE_ADDED, limit=4))
    assert [row.facts["number"] for row in rows] == [6, 7, 8, 9]
    odd = await newest(found, Filter(subject="edg_1", limit=2))
    assert [row_facts(row)["facts"] for row in odd] == [{"number": 7}, {"number": 9}]
