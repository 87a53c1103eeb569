"""SQLite: a file with one writer, write-ahead log, full sync; units that wait for each other share one flush.

Decides how writers take turns. A unit is a savepoint; as long as another one waits, the transaction stays open for
it, and one commit puts all of them on the disk. Each caller waits for that commit, so "done" means durable, and when
it fails all of them have failed.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from twogate.store.errors import StoreUnavailable, translate
from twogate.store.hand import DirectHand, in_thread
from twogate.store.transaction import Transaction

_WRITE_BUSY_MS = 5000  # another process may hold the write lock so long
_READ_BUSY_MS = 500  # a reader waits for nobody but a process that mends the file after a crash
_LARGEST_GROUP = 64
_LOST = "the database rolled the transaction back: its disk is full or failing"


class SqliteDatabase:
    """One file: one connection that writes, any number that cannot."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///path")
        url = url.set(drivername="sqlite+pysqlite")
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", pragmas=(f"busy_timeout = {_WRITE_BUSY_MS}", *_WRITER))
        self._reader = _engine(url, begin="BEGIN", pragmas=(f"busy_timeout = {_READ_BUSY_MS}", *_READER))
        self._writing = ThreadPoolExecutor(1, "twogate-write")
        self._reading = ThreadPoolExecutor(4, "twogate-read")
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._group: _Group | None = None
        self._closers: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        group: _Group | None = None
        try:
            async with self._in_turn():
                group = await self._join()
                try:
                    with group.member() as connection:
                        transaction = Transaction(DirectHand(connection, self._reading))
                        yield transaction
                        transaction.must_stand()
                finally:
                    await self._settle(group)
        finally:
            # Also after a refusal: what it was based on is true only if the group's commit succeeds.
            if group is not None:
                await group.over()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        try:
            with self._reader.connect() as connection, connection.begin():
                yield Transaction(DirectHand(connection, self._reading))
        except SQLAlchemyError as error:
            raise translate(error) from error

    async def alter(self, change: Callable[[Connection], None]) -> None:
        def run() -> None:
            with self._writer.begin() as connection:
                change(connection)

        try:
            async with self._in_turn():
                await in_thread(self._writing, run)
        except SQLAlchemyError as error:
            raise translate(error) from error

    async def close(self) -> None:
        async with self._in_turn():
            for threads in (self._writing, self._reading):
                threads.shutdown(wait=True)
            self._writer.dispose()
            self._reader.dispose()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    async def _join(self) -> "_Group":
        if self._group is not None:
            return self._group
        try:
            return await in_thread(self._writing, self._begin)
        except asyncio.CancelledError:
            if self._group is not None:  # begun for somebody who has gone: the write lock must not stay taken
                await self._finish(self._group)
            raise

    def _begin(self) -> "_Group":
        self._group = _Group.begin(self._writer)
        return self._group

    async def _settle(self, group: "_Group") -> None:
        """Commit now when nobody waits; otherwise behind those who wait already."""
        if self._waiting == 0 or group.doomed or group.members >= _LARGEST_GROUP:
            await self._finish(group)
        elif group.members == 1:
            closer = asyncio.create_task(self._finish_in_turn(group))
            self._closers.add(closer)
            closer.add_done_callback(self._closers.discard)

    async def _finish_in_turn(self, group: "_Group") -> None:
        async with self._turn:
            if group is self._group:
                await self._finish(group)

    async def _finish(self, group: "_Group") -> None:
        self._group = None
        try:
            await in_thread(self._writing, group.commit)
        finally:  # a caller who is cancelled meanwhile has waited for the commit; so have the others
            group.tell()


class _Group:
    """Units in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self._done: asyncio.Event = asyncio.Event()
        self._fault: Exception | None = None
        self.members = 0

    @classmethod
    def begin(cls, engine: Engine) -> "_Group":
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise translate(error) from error
        try:
            connection.begin()
            return cls(connection)
        except SQLAlchemyError as error:
            connection.close()
            raise translate(error) from error

    @property
    def lost(self) -> bool:
        """Whether the database itself ended the transaction, as it does when a disk is full."""
        return not self._driver.in_transaction

    @property
    def doomed(self) -> bool:
        """Whether its commit cannot succeed any more."""
        return self.lost or self._fault is not None

    @contextmanager
    def member(self) -> Iterator[Connection]:
        """One unit: kept when the block ends, undone when it raises."""
        self.members += 1
        self._send("SAVEPOINT unit")
        try:
            yield self._connection
        except BaseException:
            if not self.lost:
                self._send("ROLLBACK TO unit")
                self._send("RELEASE unit")
            raise
        if self.lost:
            raise StoreUnavailable(_LOST)
        self._send("RELEASE unit")

    def _send(self, statement: str) -> None:
        try:
            self._driver.execute(statement).close()
        except sqlite3.Error as error:
            self._fault = translate(error)
            raise self._fault from error

    def commit(self) -> None:
        try:
            if self.doomed:  # it stays undone: closing rolls back
                self._fault = self._fault or StoreUnavailable(_LOST)
            else:
                self._connection.commit()
        except SQLAlchemyError as error:
            self._fault = translate(error)
        finally:
            self._connection.close()

    def tell(self) -> None:
        self._done.set()

    async def over(self) -> None:
        """Wait until the group is on the disk."""
        await self._done.wait()
        if self._fault is not None:
            raise type(self._fault)(*self._fault.args) from self._fault


_READER = ("query_only = ON",)
_WRITER = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def _engine(url: URL, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # A reader that finds no idle connection opens one: waiting for one would stop the event loop.
    engine = create_engine(url, pool_size=8, max_overflow=-1, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: BEGIN is sent below
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def send(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
