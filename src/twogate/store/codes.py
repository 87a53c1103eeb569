"""Authorization codes (RFC 6749 section 4.1.2): the rows of ``codes``, each used once."""

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.sessions import CODES
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import AuthorizationCode

_THIS = CODES.c.digest == bindparam("this")
_BY_DIGEST = select(CODES).where(_THIS)
_CONSUME = update(CODES).where(_THIS, CODES.c.used.is_(None), CODES.c.expires > bindparam("at"))
_OLD = select(CODES.c.digest).where(CODES.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(CODES).where(CODES.c.digest.in_(_OLD))


class Codes:
    """Codes by digest."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, code: AuthorizationCode) -> None:
        await self._transaction.add(CODES, values_of(code))

    async def get(self, digest: str) -> AuthorizationCode | None:
        found = await self._transaction.row(_BY_DIGEST, {"this": digest})
        return record_of(AuthorizationCode, found)

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, and never after its expiry."""
        return await self._transaction.changed(_CONSUME, {"this": digest, "at": at, "used": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int = 3600, limit: int = 1000) -> int:
        """Forget expired codes, an hour late: until then a second use is recognised as one."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})
