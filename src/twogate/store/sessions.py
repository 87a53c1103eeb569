"""Sessions: the rows of ``sessions``. A session that has ended stays ended, whoever writes to it at that moment."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, exists, select, update

from twogate.store.errors import Conflict
from twogate.store.tables.sessions import GRANTS, SESSIONS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import Session

_THIS = SESSIONS.c.id == bindparam("session")
_LIVE = SESSIONS.c.ended.is_(None)
_OWNED = SESSIONS.c.user == bindparam("owner")
_BY_ID = select(SESSIONS).where(_THIS)
_BY_DIGEST = select(SESSIONS).where(SESSIONS.c.secret_digest == bindparam("digest"))
_OF_USER = select(SESSIONS).where(_OWNED, _LIVE).order_by(SESSIONS.c.created.desc(), SESSIONS.c.id)
_REPLACE = (
    update(SESSIONS).where(_THIS, _LIVE, SESSIONS.c.version == bindparam("read")).values(version=SESSIONS.c.version + 1)
)
_CHANGE = update(SESSIONS).where(_THIS, _LIVE)
_END_ALL = (
    update(SESSIONS)
    .where(_OWNED, _LIVE, SESSIONS.c.id != bindparam("kept"))
    .values(ended=bindparam("at"))
    .returning(*SESSIONS.c)
)

_OVER = (
    select(SESSIONS.c.id)
    .where(SESSIONS.c.absolute_end <= bindparam("end"), ~exists().where(GRANTS.c.session == SESSIONS.c.id))
    .limit(bindparam("most"))
)
_PRUNE = delete(SESSIONS).where(SESSIONS.c.id.in_(_OVER))


class Sessions:
    """Sessions by id, by the digest of their secret, and by owner."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, session: Session) -> None:
        await self._transaction.add(SESSIONS, values_of(session))

    async def get(self, session: SessionId) -> Session | None:
        return record_of(Session, await self._transaction.row(_BY_ID, {"session": session}))

    async def by_digest(self, digest: str) -> Session | None:
        return record_of(Session, await self._transaction.row(_BY_DIGEST, {"digest": digest}))

    async def of_user(self, user: UserId) -> Sequence[Session]:
        """The ones not ended, newest first."""
        return records_of(Session, await self._transaction.rows(_OF_USER, {"owner": user}))

    async def replace(self, session: Session) -> None:
        """Compare-and-set proofs, secret digest and last use at ``session.version``; never revives an ended one.

        The stored version is one more afterwards; Conflict when it was another one, or the session has ended.
        """
        changed = await self._transaction.changed(
            _REPLACE,
            {
                "session": session.id,
                "read": session.version,
                "proofs": session.proofs,
                "secret_digest": session.secret_digest,
                "last_used": session.last_used,
            },
        )
        if not changed:
            raise Conflict("the session was changed meanwhile, or has ended")

    async def touch(self, session: SessionId, at: Instant) -> bool:
        """Note a use; False when it has ended."""
        return await self._transaction.changed(_CHANGE, {"session": session, "last_used": at}) == 1

    async def end(self, session: SessionId, at: Instant) -> bool:
        """True for the one caller that ended it."""
        return await self._transaction.changed(_CHANGE, {"session": session, "ended": at}) == 1

    async def end_all(self, user: UserId, at: Instant, *, keep: SessionId | None = None) -> Sequence[Session]:
        """End what is live, except ``keep``; return the ones this call has ended."""
        ended = await self._transaction.rows(_END_ALL, {"owner": user, "kept": keep or "", "at": at})
        return records_of(Session, ended)

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget sessions so long after their absolute end, once no grant refers to them."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)
