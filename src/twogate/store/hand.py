"""How one statement reaches the database: awaited over the network, or at once in this thread.

Decides nothing about what is asked. SQLite answers by a function call of some microseconds, so a statement runs where
it stands; handing each one to a thread and back costs twenty times as much. What can take long (waiting for the write
lock, flushing to the disk, large results) goes to a thread of the store.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement brought back."""

    rows: Sequence[Row[Any]]
    changed: int  # rows that an insert, update or delete touched


class Hand(Protocol):
    """A connection in an open transaction."""

    @property
    def dialect(self) -> str:
        """The name of the database: "sqlite" or "postgresql"."""

    async def execute(self, statement: Executable, values: Values | None, *, large: bool) -> Answer:
        """Run a statement; ``large``: it may take a while."""
        ...


class NetworkHand:
    """A connection to a server."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.dialect: str = connection.dialect.name

    async def execute(self, statement: Executable, values: Values | None, *, large: bool) -> Answer:
        del large
        return _answer(await self._connection.execute(statement, values))


class DirectHand:
    """A connection to a file."""

    def __init__(self, connection: Connection, threads: Executor) -> None:
        self._connection = connection
        self._threads = threads
        self.dialect: str = connection.dialect.name

    async def execute(self, statement: Executable, values: Values | None, *, large: bool) -> Answer:
        if large:
            return await in_thread(self._threads, lambda: _answer(self._connection.execute(statement, values)))
        return _answer(self._connection.execute(statement, values))


def _answer(result: CursorResult[Any]) -> Answer:
    rows = result.all() if result.returns_rows else ()
    return Answer(rows, result.rowcount)


async def in_thread(threads: Executor, call: Callable[[], T]) -> T:
    """Run ``call`` in a thread. A caller who is cancelled still waits: the connection is in use until it is done."""
    future = asyncio.get_running_loop().run_in_executor(threads, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise
