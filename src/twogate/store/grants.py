"""Authorizations: the rows of ``grants``, the handle by which every token is revoked."""

from collections.abc import Sequence

from sqlalchemy import bindparam, case, delete, exists, select, update

from twogate.store.tables.sessions import CODES, GRANTS, REFRESH_TOKENS, SESSIONS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import ClientId, GrantId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import Grant

_THIS = GRANTS.c.id == bindparam("grant")
_LIVE = GRANTS.c.revoked.is_(None)
_OLDEST = GRANTS.c.created, GRANTS.c.id
_EXPIRY = bindparam("expiry", type_=GRANTS.c.last_expiry.type)
_END = bindparam("end", type_=GRANTS.c.last_expiry.type)
_BY_ID = select(GRANTS).where(_THIS)
_OF_SESSION = select(GRANTS).where(GRANTS.c.session == bindparam("of")).order_by(*_OLDEST)
_OF_USER = select(GRANTS).where(GRANTS.c.user == bindparam("of")).order_by(*_OLDEST)
_EXTEND = (
    update(GRANTS)
    .where(_THIS, _LIVE)
    .values(last_expiry=case((GRANTS.c.last_expiry < _EXPIRY, _EXPIRY), else_=GRANTS.c.last_expiry))
)
_REVOKE = update(GRANTS).where(_THIS, _LIVE)

_SESSION_STANDS = (SESSIONS.c.id == GRANTS.c.session) & SESSIONS.c.ended.is_(None) & (SESSIONS.c.absolute_end > _END)
_OVER = (
    select(GRANTS.c.id)
    .where(
        GRANTS.c.last_expiry <= _END,
        ~exists().where(_SESSION_STANDS),
        ~exists().where(CODES.c.grant == GRANTS.c.id),
        ~exists().where(REFRESH_TOKENS.c.grant == GRANTS.c.id),
    )
    .limit(bindparam("most"))
)
_PRUNE = delete(GRANTS).where(GRANTS.c.id.in_(_OVER))


class Grants:
    """Grants by id, session, user and client; revoked ones included."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, grant: Grant) -> None:
        await self._transaction.add(GRANTS, values_of(grant))

    async def get(self, grant: GrantId) -> Grant | None:
        return record_of(Grant, await self._transaction.row(_BY_ID, {"grant": grant}))

    async def of_session(self, session: SessionId) -> Sequence[Grant]:
        return records_of(Grant, await self._transaction.rows(_OF_SESSION, {"of": session}))

    async def of_user(self, user: UserId) -> Sequence[Grant]:
        return records_of(Grant, await self._transaction.rows(_OF_USER, {"of": user}))

    async def of_client(self, client: ClientId, *, live: bool = True) -> Sequence[Grant]:
        """Oldest first; ``live``: only those not revoked."""
        mine = select(GRANTS).where(GRANTS.c.client == client).order_by(GRANTS.c.created, GRANTS.c.id)
        wanted = mine.where(GRANTS.c.revoked.is_(None)) if live else mine
        return records_of(Grant, await self._transaction.rows(wanted))

    async def extend(self, grant: GrantId, last_expiry: Instant) -> bool:
        """Note that a token lives until then (never moved back); False when revoked."""
        return await self._transaction.changed(_EXTEND, {"grant": grant, "expiry": last_expiry}) == 1

    async def revoke(self, grant: GrantId, at: Instant) -> bool:
        """True for the one caller that revoked it. Read ``last_expiry`` afterwards: then nobody moves it any more."""
        return await self._transaction.changed(_REVOKE, {"grant": grant, "revoked": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget grants whose last token has expired so long ago and that nothing can renew any more."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)
