"""PostgreSQL: many writers, each in READ COMMITTED with conditional statements; readers on one REPEATABLE READ view.

Decides isolation and how many connections are held.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from twogate.store.errors import translate
from twogate.store.hand import NetworkHand
from twogate.store.transaction import Transaction

_CONNECTIONS = 20
_WAIT_SECONDS = 5
_SCHEMA_LOCK = 7_416_013_927  # any number that nobody else uses as an advisory lock in this database


class PostgresqlDatabase:
    """A pool of connections to one server."""

    def __init__(self, url: URL) -> None:
        self._writer = create_async_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_WAIT_SECONDS,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _WAIT_SECONDS},
        )
        self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        async with self._transaction(self._writer) as transaction:
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with self._transaction(self._reader) as transaction:
            yield transaction

    async def alter(self, change: Callable[[Connection], None]) -> None:
        try:
            async with self._writer.begin() as connection:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
                await connection.run_sync(change)
        except SQLAlchemyError as error:
            raise translate(error) from error

    async def close(self) -> None:
        await self._writer.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[Transaction]:
        try:
            async with engine.begin() as connection:
                transaction = Transaction(NetworkHand(connection))
                yield transaction
                transaction.must_stand()
        except SQLAlchemyError as error:
            raise translate(error) from error
