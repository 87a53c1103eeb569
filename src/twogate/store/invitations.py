"""One-time codes for somebody who has no account yet: the rows of ``invitations``, by digest."""

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.recoveries import INVITATIONS
from twogate.store.transaction import Transaction
from twogate.terms.instant import Instant

_T = INVITATIONS.c
_LIVE = (_T.digest == bindparam("this")) & _T.used.is_(None) & (_T.expires > bindparam("now"))
_GOOD = select(_T.digest).where(_LIVE)
_USE = update(INVITATIONS).where(_LIVE)
_VOID = delete(INVITATIONS)


class Invitations:
    """There is one at a time: a new one takes the place of the old."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def put(self, digest: str, *, now: Instant, expires: Instant) -> None:
        await self.void()
        row = {"digest": digest, "created": now, "expires": expires, "used": None}
        await self._transaction.add(INVITATIONS, row)

    async def good(self, digest: str, now: Instant) -> bool:
        """Whether it would be let in now."""
        return await self._transaction.row(_GOOD, {"this": digest, "now": now}) is not None

    async def use(self, digest: str, now: Instant) -> bool:
        """True exactly once, in time."""
        return await self._transaction.changed(_USE, {"this": digest, "now": now, "used": now}) == 1

    async def void(self) -> None:
        await self._transaction.run(_VOID)
