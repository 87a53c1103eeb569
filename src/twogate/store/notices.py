"""What owners of accounts are told: the rows of ``notices``."""

from collections.abc import Sequence

from sqlalchemy import select, update

from twogate.store.tables.users import NOTICES
from twogate.store.transaction import Transaction, records_of, values_of
from twogate.terms.account import Notice
from twogate.terms.ids import NoticeId, UserId
from twogate.terms.instant import Instant


class Notices:
    """Notices by owner, and the ones that still wait to be sent."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, notice: Notice) -> None:
        await self._transaction.add(NOTICES, values_of(notice))

    async def of_user(self, user: UserId, *, limit: int = 50) -> Sequence[Notice]:
        """Newest first."""
        mine = select(NOTICES).where(NOTICES.c.user == user)
        ordered = mine.order_by(NOTICES.c.created.desc(), NOTICES.c.id.desc()).limit(limit)
        return records_of(Notice, await self._transaction.rows(ordered))

    async def unsent(self, *, limit: int = 20) -> Sequence[Notice]:
        """Oldest first."""
        waiting = select(NOTICES).where(NOTICES.c.sent.is_(None)).order_by(NOTICES.c.created, NOTICES.c.id)
        return records_of(Notice, await self._transaction.rows(waiting.limit(limit)))

    async def mark_sent(self, notice: NoticeId, at: Instant) -> None:
        await self._transaction.run(update(NOTICES).where(NOTICES.c.id == notice).values(sent=at))

    async def mark_seen(self, user: UserId, at: Instant) -> None:
        unseen = update(NOTICES).where(NOTICES.c.user == user, NOTICES.c.seen.is_(None))
        await self._transaction.run(unseen.values(seen=at))
