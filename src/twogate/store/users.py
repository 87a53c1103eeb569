"""Accounts: the rows of ``users``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from twogate.store.tables.users import USERS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.account import User
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

_BY_ID = select(USERS).where(USERS.c.id == bindparam("user"))
_BY_NAME = select(USERS).where(USERS.c.name == bindparam("name"))
_PAGE = select(USERS).where(USERS.c.name > bindparam("after")).order_by(USERS.c.name).limit(bindparam("most"))
_COUNT = select(func.count()).select_from(USERS)
_CHANGE = update(USERS).where(USERS.c.id == bindparam("user"))
_REMOVE = delete(USERS).where(USERS.c.id == bindparam("user"))


class Users:
    """Accounts by id and by name."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user: User) -> None:
        """Raises ``Conflict`` when the name is taken."""
        await self._transaction.add(USERS, values_of(user))

    async def get(self, user: UserId) -> User | None:
        return record_of(User, await self._transaction.row(_BY_ID, {"user": user}))

    async def by_name(self, name: str) -> User | None:
        return record_of(User, await self._transaction.row(_BY_NAME, {"name": name}))

    async def list(self, *, after: str = "", limit: int = 100) -> Sequence[User]:
        """By name."""
        page = {"after": after, "most": limit}
        return records_of(User, await self._transaction.rows(_PAGE, page, large=True))

    async def count(self) -> int:
        return await self._transaction.number(_COUNT)

    async def set_blocked(self, user: UserId, at: Instant | None) -> None:
        await self._transaction.run(_CHANGE, {"user": user, "blocked": at})

    async def set_email(self, user: UserId, address: str) -> None:
        await self._transaction.run(_CHANGE, {"user": user, "email": address})

    async def mark_enrolled(self, user: UserId) -> None:
        await self._transaction.run(_CHANGE, {"user": user, "enrolled_once": True})

    async def speak(self, user: UserId, language: str) -> None:
        """Keep which language they read."""
        await self._transaction.run(_CHANGE, {"user": user, "language": language})

    async def remove(self, user: UserId) -> None:
        """Credentials, devices, notices, sessions and grants go with the account."""
        await self._transaction.run(_REMOVE, {"user": user})
