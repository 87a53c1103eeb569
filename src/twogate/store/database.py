"""A database as the store needs it: units that write, units that read, and changes to its schema.

Decides which kind an address names. How each kind does it is in ``sqlite`` and ``postgresql``.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from twogate.store.postgresql import PostgresqlDatabase
from twogate.store.sqlite import SqliteDatabase
from twogate.store.transaction import Transaction


class Database(Protocol):
    """Raises only ``Conflict`` and ``StoreUnavailable``."""

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that has the right to write; committed and on the disk when the block has ended."""
        ...

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that sees one state and cannot write."""
        ...

    async def alter(self, change: Callable[[Connection], None]) -> None:
        """Run ``change`` in a transaction of its own, while nobody else changes the schema."""

    async def close(self) -> None: ...


def database(address: str) -> Database:
    """Prepare for ``sqlite:///path`` or ``postgresql://...``; nothing is opened yet.

    Raises:
        ValueError: another kind of address.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ValueError("the database address is not a URL: use sqlite:///path or postgresql://...") from error
    match url.get_backend_name():
        case "sqlite":
            return SqliteDatabase(url)
        case "postgresql":
            return PostgresqlDatabase(url)
        case other:
            raise ValueError(f"no such database here: {other}; use sqlite:///path or postgresql://...")
