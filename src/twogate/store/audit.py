"""The audit log: the rows of ``audit``, written in the transaction of the thing they tell of.

Decides how an event is kept. Its place in the hash chain is given later, by ``services.audit_log``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from twogate.rules.audit.facts import harmless, plain
from twogate.store.tables.audit import AUDIT
from twogate.store.transaction import Transaction, records_of
from twogate.terms.events import Event
from twogate.terms.instant import Instant

_INSERT = insert(AUDIT).inline()  # nobody asks for the id


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event. ``index`` is its place in the hash chain, given when it is sealed; None until then."""

    id: int
    at: Instant
    event: Event
    actor: str  # who did it: a user id, client id, "cli:<login>", "system"
    subject: str  # to whom or what
    request_id: str
    address: str
    facts: dict[str, Any]
    index: int | None = None
    digest: str = ""


class Audit:
    """Events by id."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def append(
        self,
        event: Event,
        *,
        at: Instant,
        actor: str,
        subject: str,
        request_id: str = "",
        address: str = "",
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Note what happened; what looks like a secret is withheld, what is one for certain is a TypeError."""
        row = {
            "at": at,
            "event": event,
            "actor": plain(actor),
            "subject": plain(subject),
            "request_id": plain(request_id),
            "address": plain(address),
            "facts": harmless(facts or {}),
            "digest": "",
        }
        await self._transaction.run(_INSERT, row)

    async def list(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        subject: str = "",
        event: str = "",
    ) -> Sequence[AuditRow]:
        """By id."""
        page = select(AUDIT).where(AUDIT.c.id > after).order_by(AUDIT.c.id).limit(limit)
        if subject:
            page = page.where(AUDIT.c.subject == subject)
        if event:
            page = page.where(AUDIT.c.event == event)
        return records_of(AuditRow, await self._transaction.rows(page, large=True))

    async def newest(
        self, *, subject: str, events: Sequence[Event], before: int = 0, limit: int = 20
    ) -> Sequence[AuditRow]:
        """What of these events concerns somebody, newest first; ``before``: only what is older than this id."""
        page = select(AUDIT).where(AUDIT.c.subject == subject, AUDIT.c.event.in_(events))
        if before:
            page = page.where(AUDIT.c.id < before)
        return records_of(
            AuditRow, await self._transaction.rows(page.order_by(AUDIT.c.id.desc()).limit(limit), large=True)
        )
