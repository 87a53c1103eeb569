"""Which groups people are in: the rows of ``memberships``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select

from twogate.store.tables.recoveries import MEMBERSHIPS
from twogate.store.tables.users import USERS
from twogate.store.transaction import Transaction, insert_in
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

_T = MEMBERSHIPS.c
_OF_USER = select(_T.group).where(_T.user == bindparam("owner")).order_by(_T.group)
_LEAVE = delete(MEMBERSHIPS).where(_T.user == bindparam("owner"), _T.group == bindparam("name"))
_COUNT = (
    select(func.count())
    .select_from(MEMBERSHIPS.join(USERS, USERS.c.id == _T.user))
    .where(_T.group == bindparam("name"), USERS.c.blocked.is_(None))
)


class Memberships:
    """Groups by person, and how many people a group has."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def join(self, user: UserId, group: str, *, at: Instant, by: str) -> bool:
        """True where the person was not in it yet."""
        row = {"user": user, "group": group, "since": at, "by": by}
        insert = insert_in(self._transaction.dialect, MEMBERSHIPS).on_conflict_do_nothing()
        return await self._transaction.changed(insert.execution_options(preserve_rowcount=True), row) == 1

    async def leave(self, user: UserId, group: str) -> bool:
        """True where the person was in it."""
        return await self._transaction.changed(_LEAVE, {"owner": user, "name": group}) == 1

    async def of_user(self, user: UserId) -> Sequence[str]:
        """By name."""
        return [str(row["group"]) for row in await self._transaction.rows(_OF_USER, {"owner": user})]

    async def count(self, group: str) -> int:
        """How many people are in it who are not blocked."""
        return await self._transaction.number(_COUNT, {"name": group})
