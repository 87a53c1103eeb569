"""Long-lived opaque tokens: the rows of ``api_tokens``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from twogate.store.tables.sessions import API_TOKENS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import ApiTokenId
from twogate.terms.instant import Instant
from twogate.terms.session import ApiToken

_THIS = API_TOKENS.c.id == bindparam("token")
_NEWEST = API_TOKENS.c.created.desc(), API_TOKENS.c.id
_BY_ID = select(API_TOKENS).where(_THIS)
_BY_DIGEST = select(API_TOKENS).where(API_TOKENS.c.digest == bindparam("this"))
_OF_OWNER = select(API_TOKENS).where(API_TOKENS.c.owner == bindparam("of")).order_by(*_NEWEST)
_LIST = select(API_TOKENS).order_by(*_NEWEST).limit(bindparam("most"))
_LIVE = (
    select(func.count())
    .select_from(API_TOKENS)
    .where(
        API_TOKENS.c.owner == bindparam("of"), API_TOKENS.c.revoked.is_(None), API_TOKENS.c.expires > bindparam("now")
    )
)
_OLD = select(API_TOKENS.c.id).where(API_TOKENS.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(API_TOKENS).where(API_TOKENS.c.id.in_(_OLD))
_REVOKE = update(API_TOKENS).where(_THIS, API_TOKENS.c.revoked.is_(None))


class ApiTokens:
    """API tokens by id, digest and owner; revoked ones included."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, token: ApiToken) -> None:
        await self._transaction.add(API_TOKENS, values_of(token))

    async def get(self, token: ApiTokenId) -> ApiToken | None:
        return record_of(ApiToken, await self._transaction.row(_BY_ID, {"token": token}))

    async def by_digest(self, digest: str) -> ApiToken | None:
        return record_of(ApiToken, await self._transaction.row(_BY_DIGEST, {"this": digest}))

    async def of_owner(self, owner: str) -> Sequence[ApiToken]:
        """Newest first."""
        return records_of(ApiToken, await self._transaction.rows(_OF_OWNER, {"of": owner}))

    async def live(self, owner: str, now: Instant) -> int:
        """How many of this owner's are good now."""
        return await self._transaction.number(_LIVE, {"of": owner, "now": now})

    async def list(self, *, limit: int = 1000) -> Sequence[ApiToken]:
        """Newest first."""
        return records_of(ApiToken, await self._transaction.rows(_LIST, {"most": limit}, large=True))

    async def revoke(self, token: ApiTokenId, at: Instant) -> bool:
        """True for the one caller that revoked it."""
        return await self._transaction.changed(_REVOKE, {"token": token, "revoked": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget those that expired so long ago, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)
