"""Refresh tokens (RFC 9700 section 4.14.2): the rows of ``refresh_tokens``, each rotated away once."""

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.sessions import REFRESH_TOKENS
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import RefreshToken

_THIS = REFRESH_TOKENS.c.digest == bindparam("this")
_BY_DIGEST = select(REFRESH_TOKENS).where(_THIS)
_CONSUME = update(REFRESH_TOKENS).where(
    _THIS, REFRESH_TOKENS.c.used.is_(None), REFRESH_TOKENS.c.expires > bindparam("at")
)
_OLD = select(REFRESH_TOKENS.c.digest).where(REFRESH_TOKENS.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.digest.in_(_OLD))


class RefreshTokens:
    """Refresh tokens by digest. Used ones stay until the family expires, so that a reuse is seen."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, token: RefreshToken) -> None:
        await self._transaction.add(REFRESH_TOKENS, values_of(token))

    async def get(self, digest: str) -> RefreshToken | None:
        found = await self._transaction.row(_BY_DIGEST, {"this": digest})
        return record_of(RefreshToken, found)

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, and never after its expiry."""
        return await self._transaction.changed(_CONSUME, {"this": digest, "at": at, "used": at}) == 1

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget expired ones, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})
