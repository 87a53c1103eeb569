"""Long-lived opaque tokens: the rows of ``api_tokens``."""

from collections.abc import Sequence

from sqlalchemy import select, update

from twogate.store.tables.sessions import API_TOKENS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import ApiTokenId
from twogate.terms.instant import Instant
from twogate.terms.session import ApiToken


class ApiTokens:
    """API tokens by id, digest and owner; revoked ones included."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, token: ApiToken) -> None:
        await self._transaction.add(API_TOKENS, values_of(token))

    async def get(self, token: ApiTokenId) -> ApiToken | None:
        found = await self._transaction.row(select(API_TOKENS).where(API_TOKENS.c.id == token))
        return record_of(ApiToken, found)

    async def by_digest(self, digest: str) -> ApiToken | None:
        found = await self._transaction.row(select(API_TOKENS).where(API_TOKENS.c.digest == digest))
        return record_of(ApiToken, found)

    async def of_owner(self, owner: str) -> Sequence[ApiToken]:
        """Newest first."""
        mine = select(API_TOKENS).where(API_TOKENS.c.owner == owner)
        ordered = mine.order_by(API_TOKENS.c.created.desc(), API_TOKENS.c.id)
        return records_of(ApiToken, await self._transaction.rows(ordered))

    async def list(self, *, limit: int = 1000) -> Sequence[ApiToken]:
        """Newest first."""
        ordered = select(API_TOKENS).order_by(API_TOKENS.c.created.desc(), API_TOKENS.c.id).limit(limit)
        return records_of(ApiToken, await self._transaction.rows(ordered, large=True))

    async def revoke(self, token: ApiTokenId, at: Instant) -> bool:
        """True for the one caller that revoked it."""
        live = update(API_TOKENS).where(API_TOKENS.c.id == token, API_TOKENS.c.revoked.is_(None))
        return await self._transaction.changed(live.values(revoked=at)) == 1
