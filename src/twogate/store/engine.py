"""Engines: how connections to SQLite and PostgreSQL are opened.

Decides durability and isolation. SQLite: write-ahead log, full sync, one engine that writes (BEGIN IMMEDIATE) and one
that cannot. PostgreSQL: READ COMMITTED for writers, one REPEATABLE READ snapshot for readers.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_BUSY_SECONDS = 5
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways into one database."""

    writer: AsyncEngine
    reader: AsyncEngine
    sqlite: bool

    async def dispose(self) -> None:
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


def connect(text: str) -> Engines:
    """Prepare the engines for ``sqlite:///path`` or ``postgresql://...``; nothing is opened yet.

    Raises:
        ValueError: another kind of address.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError("the database address is not a URL: use sqlite:///path or postgresql://...") from error
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url)
        case "postgresql":
            return _postgresql(url)
        case other:
            raise ValueError(f"no such database here: {other}; use sqlite:///path or postgresql://...")


def _sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: sqlite:///path")
    url = url.set(drivername="sqlite+aiosqlite")
    writer = create_async_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": _BUSY_SECONDS})
    reader = create_async_engine(url, pool_size=4, max_overflow=4, connect_args={"timeout": _BUSY_SECONDS})
    for engine, pragmas in ((writer, _PRAGMAS), (reader, (*_PRAGMAS, "PRAGMA query_only = ON"))):
        event.listen(engine.sync_engine, "connect", _on_connect(pragmas))
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    event.listen(reader.sync_engine, "begin", _begin_deferred)
    return Engines(writer=writer, reader=reader, sqlite=True)


def _on_connect(pragmas: tuple[str, ...]) -> Any:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: BEGIN is sent below
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    return prepare


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgresql(url: URL) -> Engines:
    url = url.set(drivername="postgresql+psycopg")
    writer = create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, pool_timeout=_BUSY_SECONDS)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writer=writer, reader=reader, sqlite=False)
