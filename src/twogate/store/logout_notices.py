"""Whom to tell that a session has ended: the rows of ``logout_notices``, an outbox.

Decides how one of several processes takes what is due: with a lease, so that what a killed process had taken is taken
again (at least once, never lost). When to try again is for ``services.logout_outbox``.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.consents import LOGOUT_NOTICES
from twogate.store.tables.sessions import CLIENTS, GRANTS
from twogate.store.transaction import Transaction, records_of, values_of
from twogate.terms.client import Client
from twogate.terms.consent import LogoutNotice
from twogate.terms.ids import SessionId
from twogate.terms.instant import Instant

_T = LOGOUT_NOTICES.c
_NOW = bindparam("now", type_=_T.due.type)
_OWED = (
    select(CLIENTS)
    .where(
        CLIENTS.c.backchannel_logout_uri != "",
        CLIENTS.c.id.in_(select(GRANTS.c.client).where(GRANTS.c.session == bindparam("of"))),
    )
    .order_by(CLIENTS.c.id)
)
_DUE = (
    select(_T.id)
    .where(_T.due <= _NOW)
    .order_by(_T.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # PostgreSQL; on SQLite a write unit is alone anyway
)
_LEASE = (
    update(LOGOUT_NOTICES)
    .where(_T.id.in_(_DUE))
    .values(due=bindparam("again", type_=_T.due.type), tries=_T.tries + 1)
    .returning(*_T)
)
_ANY = select(_T.id).where(_T.due <= _NOW).limit(1)
_DONE = delete(LOGOUT_NOTICES).where(_T.id == bindparam("this"))
_LATER = update(LOGOUT_NOTICES).where(_T.id == bindparam("this"))


class LogoutNotices:
    """The outbox of logout tokens."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def owed(self, session: SessionId) -> Sequence[Client]:
        """The clients that got tokens in this session and want to be told of its end."""
        return records_of(Client, await self._transaction.rows(_OWED, {"of": session}))

    async def add(self, notice: LogoutNotice) -> None:
        await self._transaction.add(LOGOUT_NOTICES, values_of(notice))

    async def waiting(self, now: Instant) -> bool:
        """Whether something is due."""
        return await self._transaction.row(_ANY, {"now": now}) is not None

    async def take(self, now: Instant, *, lease: float, limit: int = 20) -> Sequence[LogoutNotice]:
        """Take what is due; nobody else is given it before ``lease`` seconds are over."""
        values = {"now": now, "again": now.plus(lease), "most": limit}
        return records_of(LogoutNotice, await self._transaction.rows(_LEASE, values))

    async def done(self, notice: str) -> None:
        """It was delivered, or nobody tries any more."""
        await self._transaction.run(_DONE, {"this": notice})

    async def later(self, notice: str, *, again: Instant, fault: str) -> None:
        await self._transaction.run(_LATER, {"this": notice, "due": again, "fault": fault})
