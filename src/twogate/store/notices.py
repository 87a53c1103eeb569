"""What owners of accounts are told: the rows of ``notices``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.users import NOTICES
from twogate.store.transaction import Transaction, records_of, values_of
from twogate.terms.account import Notice
from twogate.terms.ids import NoticeId, UserId
from twogate.terms.instant import Instant

_NEWEST = NOTICES.c.created.desc(), NOTICES.c.id.desc()
_OWNED = NOTICES.c.user == bindparam("owner")
_OF_USER = select(NOTICES).where(_OWNED).order_by(*_NEWEST).limit(bindparam("most")).offset(bindparam("passed"))
_CHANGE = update(NOTICES).where(NOTICES.c.id == bindparam("notice"))
_SEE = update(NOTICES).where(_OWNED, NOTICES.c.seen.is_(None))
_OLD = select(NOTICES.c.id).where(NOTICES.c.created <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(NOTICES).where(NOTICES.c.id.in_(_OLD))


class Notices:
    """Notices by owner. Those that are mailed wait in the outbox (``store.dispatches``)."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, notice: Notice) -> None:
        await self._transaction.add(NOTICES, values_of(notice))

    async def of_user(self, user: UserId, *, limit: int = 50, skip: int = 0) -> Sequence[Notice]:
        """Newest first."""
        page = {"owner": user, "most": limit, "passed": skip}
        return records_of(Notice, await self._transaction.rows(_OF_USER, page))

    async def mark_sent(self, notice: NoticeId, at: Instant) -> None:
        await self._transaction.run(_CHANGE, {"notice": notice, "sent": at})

    async def mark_seen(self, user: UserId, at: Instant) -> None:
        await self._transaction.run(_SEE, {"owner": user, "seen": at})

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget those that are older, seen or not, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)
