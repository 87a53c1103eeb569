"""Events of the audit log as a command reads them.

Decides how the newest are found: the log is read forward by id, in pages.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twogate.cli.database import opened
from twogate.cli.output import when
from twogate.settings.installation import Installation
from twogate.store.unit import AuditRow

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events."""

    subject: str = ""
    event: str = ""
    limit: int = 50


async def newest(found: Installation, wanted: Filter) -> Sequence[AuditRow]:
    """Return the newest events that fit, oldest of them first."""
    kept: deque[AuditRow] = deque(maxlen=wanted.limit)
    async with opened(found) as store, store.read() as unit:
        after = 0
        while True:
            rows = await unit.audit.list(after=after, limit=_PAGE, subject=wanted.subject, event=wanted.event)
            kept.extend(rows)
            if len(rows) < _PAGE:
                return list(kept)
            after = rows[-1].id


def row_facts(row: AuditRow) -> dict[str, Any]:
    """What is shown of an event."""
    return {
        "index": row.index,
        "at": when(row.at),
        "event": row.event.value,
        "actor": row.actor,
        "subject": row.subject,
        "request_id": row.request_id,
        "address": row.address,
        "facts": row.facts,
    }
