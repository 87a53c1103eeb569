"""Pushed authorization requests (RFC 9126): the rows of ``pushed_requests``, each answered once.

Decides that what they ask for lies sealed: it names people (``login_hint``) and holds what protects the answer.
"""

from sqlalchemy import bindparam, delete, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.oauth import PUSHED_REQUESTS
from twogate.store.transaction import Transaction, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import PushedRequest

_COLUMN = "pushed_requests.parameters"
_THIS = PUSHED_REQUESTS.c.digest == bindparam("this")
_BY_DIGEST = select(PUSHED_REQUESTS).where(_THIS)
_CONSUME = update(PUSHED_REQUESTS).where(_THIS, PUSHED_REQUESTS.c.used.is_(None))
_OLD = select(PUSHED_REQUESTS.c.digest).where(PUSHED_REQUESTS.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(PUSHED_REQUESTS).where(PUSHED_REQUESTS.c.digest.in_(_OLD))


class PushedRequests:
    """Pushed requests by the digest of their ``request_uri``."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, request: PushedRequest) -> None:
        sealed = self._sealing.seal(_COLUMN, request.digest, request.parameters.encode())
        await self._transaction.add(PUSHED_REQUESTS, values_of(request) | {"parameters": sealed})

    async def get(self, digest: str) -> PushedRequest | None:
        row = await self._transaction.row(_BY_DIGEST, {"this": digest})
        if row is None:
            return None
        opened = self._sealing.open(_COLUMN, digest, row["parameters"]).decode()
        return PushedRequest(**row | {"parameters": opened})

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once. Whether it has expired is for whoever accepted it."""
        return await self._transaction.changed(_CONSUME, {"this": digest, "used": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int = 3600, limit: int = 1000) -> int:
        """Forget old ones, an hour late: somebody may still be signing in for one."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})
