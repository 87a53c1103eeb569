"""Accounts: the rows of ``users``."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from twogate.store.tables.users import USERS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.account import User
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant


class Users:
    """Accounts by id and by name."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user: User) -> None:
        """Raises ``Conflict`` when the name is taken."""
        await self._transaction.add(USERS, values_of(user))

    async def get(self, user: UserId) -> User | None:
        return record_of(User, await self._transaction.row(select(USERS).where(USERS.c.id == user)))

    async def by_name(self, name: str) -> User | None:
        return record_of(User, await self._transaction.row(select(USERS).where(USERS.c.name == name)))

    async def list(self, *, after: str = "", limit: int = 100) -> Sequence[User]:
        """By name."""
        page = select(USERS).where(USERS.c.name > after).order_by(USERS.c.name).limit(limit)
        return records_of(User, await self._transaction.rows(page))

    async def count(self) -> int:
        return await self._transaction.number(select(func.count()).select_from(USERS))

    async def set_blocked(self, user: UserId, at: Instant | None) -> None:
        await self._transaction.run(update(USERS).where(USERS.c.id == user).values(blocked=at))

    async def mark_enrolled(self, user: UserId) -> None:
        await self._transaction.run(update(USERS).where(USERS.c.id == user).values(enrolled_once=True))

    async def remove(self, user: UserId) -> None:
        """Credentials, devices, notices, sessions and grants go with the account."""
        await self._transaction.run(delete(USERS).where(USERS.c.id == user))
