"""What names look like: the rows of ``skeletons``. Two accounts that look the same cannot be."""

from sqlalchemy import bindparam, select

from twogate.store.tables.recoveries import SKELETONS
from twogate.store.transaction import Transaction
from twogate.terms.ids import UserId

_BY_SKELETON = select(SKELETONS.c.user).where(SKELETONS.c.skeleton == bindparam("this"))


class Skeletons:
    """Accounts by what their name looks like."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, skeleton: str, user: UserId) -> None:
        """Raises ``Conflict`` when another name looks the same."""
        await self._transaction.add(SKELETONS, {"skeleton": skeleton, "user": user})

    async def owner(self, skeleton: str) -> UserId | None:
        row = await self._transaction.row(_BY_SKELETON, {"this": skeleton})
        return None if row is None else UserId(row["user"])
