"""Authorizations: the rows of ``grants``, the handle by which every token is revoked."""

from collections.abc import Sequence

from sqlalchemy import case, select, update

from twogate.store.tables.sessions import GRANTS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import ClientId, GrantId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import Grant


class Grants:
    """Grants by id, session, user and client; revoked ones included."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, grant: Grant) -> None:
        await self._transaction.add(GRANTS, values_of(grant))

    async def get(self, grant: GrantId) -> Grant | None:
        return record_of(Grant, await self._transaction.row(select(GRANTS).where(GRANTS.c.id == grant)))

    async def of_session(self, session: SessionId) -> Sequence[Grant]:
        mine = select(GRANTS).where(GRANTS.c.session == session).order_by(GRANTS.c.created, GRANTS.c.id)
        return records_of(Grant, await self._transaction.rows(mine))

    async def of_user(self, user: UserId) -> Sequence[Grant]:
        mine = select(GRANTS).where(GRANTS.c.user == user).order_by(GRANTS.c.created, GRANTS.c.id)
        return records_of(Grant, await self._transaction.rows(mine))

    async def of_client(self, client: ClientId, *, live: bool = True) -> Sequence[Grant]:
        """Oldest first; ``live``: only those not revoked."""
        mine = select(GRANTS).where(GRANTS.c.client == client).order_by(GRANTS.c.created, GRANTS.c.id)
        wanted = mine.where(GRANTS.c.revoked.is_(None)) if live else mine
        return records_of(Grant, await self._transaction.rows(wanted))

    async def extend(self, grant: GrantId, last_expiry: Instant) -> bool:
        """Note that a token lives until then (never moved back); False when revoked."""
        later = case((GRANTS.c.last_expiry < last_expiry, last_expiry), else_=GRANTS.c.last_expiry)
        live = update(GRANTS).where(GRANTS.c.id == grant, GRANTS.c.revoked.is_(None))
        return await self._transaction.changed(live.values(last_expiry=later)) == 1

    async def revoke(self, grant: GrantId, at: Instant) -> bool:
        """True for the one caller that revoked it. Read ``last_expiry`` afterwards: then nobody moves it any more."""
        live = update(GRANTS).where(GRANTS.c.id == grant, GRANTS.c.revoked.is_(None))
        return await self._transaction.changed(live.values(revoked=at)) == 1
