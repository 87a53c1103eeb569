"""Sessions: the rows of ``sessions``. A session that has ended stays ended, whoever writes to it at that moment."""

from collections.abc import Sequence

from sqlalchemy import select, update

from twogate.store.errors import Conflict
from twogate.store.tables.sessions import SESSIONS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import Session


class Sessions:
    """Sessions by id, by the digest of their secret, and by owner."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, session: Session) -> None:
        await self._transaction.add(SESSIONS, values_of(session))

    async def get(self, session: SessionId) -> Session | None:
        return record_of(Session, await self._transaction.row(select(SESSIONS).where(SESSIONS.c.id == session)))

    async def by_digest(self, digest: str) -> Session | None:
        found = await self._transaction.row(select(SESSIONS).where(SESSIONS.c.secret_digest == digest))
        return record_of(Session, found)

    async def of_user(self, user: UserId) -> Sequence[Session]:
        """The ones not ended, newest first."""
        live = select(SESSIONS).where(SESSIONS.c.user == user, SESSIONS.c.ended.is_(None))
        ordered = live.order_by(SESSIONS.c.created.desc(), SESSIONS.c.id)
        return records_of(Session, await self._transaction.rows(ordered))

    async def replace(self, session: Session) -> None:
        """Compare-and-set proofs, secret digest and last use at ``session.version``; never revives an ended one.

        The stored version is one more afterwards; Conflict when it was another one, or the session has ended.
        """
        changed = await self._transaction.changed(
            update(SESSIONS)
            .where(SESSIONS.c.id == session.id, SESSIONS.c.version == session.version, SESSIONS.c.ended.is_(None))
            .values(
                proofs=session.proofs,
                secret_digest=session.secret_digest,
                last_used=session.last_used,
                version=session.version + 1,
            ),
        )
        if not changed:
            raise Conflict("the session was changed meanwhile, or has ended")

    async def touch(self, session: SessionId, at: Instant) -> bool:
        """Note a use; False when it has ended."""
        live = update(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.ended.is_(None))
        return await self._transaction.changed(live.values(last_used=at)) == 1

    async def end(self, session: SessionId, at: Instant) -> bool:
        """True for the one caller that ended it."""
        live = update(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.ended.is_(None))
        return await self._transaction.changed(live.values(ended=at)) == 1

    async def end_all(self, user: UserId, at: Instant, *, keep: SessionId | None = None) -> Sequence[Session]:
        """End what is live, except ``keep``; return the ones this call has ended."""
        live = update(SESSIONS).where(SESSIONS.c.user == user, SESSIONS.c.ended.is_(None))
        if keep is not None:
            live = live.where(SESSIONS.c.id != keep)
        return records_of(Session, await self._transaction.rows(live.values(ended=at).returning(*SESSIONS.c)))
