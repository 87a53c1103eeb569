"""Authorization codes (RFC 6749 section 4.1.2): the rows of ``codes``, each used once."""

from sqlalchemy import delete, select, update

from twogate.store.tables.sessions import CODES
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import AuthorizationCode


class Codes:
    """Codes by digest."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, code: AuthorizationCode) -> None:
        await self._transaction.add(CODES, values_of(code))

    async def get(self, digest: str) -> AuthorizationCode | None:
        found = await self._transaction.row(select(CODES).where(CODES.c.digest == digest))
        return record_of(AuthorizationCode, found)

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, and never after its expiry."""
        unused = update(CODES).where(CODES.c.digest == digest, CODES.c.used.is_(None), CODES.c.expires > at)
        return await self._transaction.changed(unused.values(used=at)) == 1

    async def prune(self, now: Instant, *, keep_seconds: int = 3600, limit: int = 1000) -> int:
        """Forget expired codes, an hour late: until then a second use is recognised as one."""
        old = select(CODES.c.digest).where(CODES.c.expires <= now.plus(-keep_seconds)).limit(limit)
        return await self._transaction.changed(delete(CODES).where(CODES.c.digest.in_(old)))
