"""One open transaction, in four verbs; every driver error leaves it translated.

Decides how a repository speaks to the database. Which statements, is for the repositories; they are constants with
bound parameters, because building one anew for each call takes longer than SQLite takes to answer it.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Executable, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from twogate.store.errors import Conflict, StoreUnavailable, translate
from twogate.store.hand import Answer, Hand, Values

Insert = postgresql.Insert | sqlite.Insert
Row = dict[str, Any]  # by column name
Record = TypeVar("Record")


class Transaction:
    """The connection of one unit of work."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._fault: Conflict | StoreUnavailable | None = None

    @property
    def dialect(self) -> str:
        """The name of the database: "sqlite" or "postgresql"."""
        return self._hand.dialect

    @property
    def postgresql(self) -> bool:
        return self.dialect == "postgresql"

    async def alone(self, name: str) -> None:
        """Wait until no other unit is in this section, and stay in it until this unit ends.

        On SQLite a write unit is alone anyway.
        """
        if self.postgresql:
            key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            await self.run(select(func.pg_advisory_xact_lock(key)))

    async def run(self, statement: Executable, values: Values | None = None, *, large: bool = False) -> Answer:
        """Run a statement, once or for each of ``values``; ``large``: it may take a while."""
        self.must_stand()
        try:
            return await self._hand.execute(statement, values, large=large)
        except SQLAlchemyError as error:
            self._fault = translate(error)
            raise self._fault from error

    def must_stand(self) -> None:
        """Raise what a statement failed with before, also when that was caught.

        The transaction may be gone by then: nothing must be written outside it, and it must not seem to commit.
        """
        if self._fault is not None:
            raise type(self._fault)(*self._fault.args) from self._fault

    async def row(self, statement: Executable, values: Values | None = None) -> Row | None:
        """The first row, or None."""
        rows = (await self.run(statement, values)).rows
        return rows[0]._asdict() if rows else None

    async def rows(self, statement: Executable, values: Values | None = None, *, large: bool = False) -> list[Row]:
        return [row._asdict() for row in (await self.run(statement, values, large=large)).rows]

    async def number(self, statement: Executable, values: Values | None = None) -> int:
        """The one number asked for; 0 where there is none."""
        rows = (await self.run(statement, values)).rows
        return int(rows[0][0] or 0) if rows else 0

    async def changed(self, statement: Executable, values: Values | None = None, *, large: bool = False) -> int:
        """Run an insert, update or delete; return how many rows it touched. ``large``: there may be many."""
        return (await self.run(statement, values, large=large)).changed

    async def add(self, table: Table, values: Mapping[str, Any]) -> None:
        """Insert one row. A taken key is a Conflict that leaves the transaction usable on both databases."""
        if not await self.changed(_unless_taken(table, self.dialect), values):
            raise Conflict(f"{table.name}: taken")


def insert_in(dialect: str, table: Table) -> Insert:
    """An insert that can carry ON CONFLICT, in the dialect of a database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@lru_cache
def _unless_taken(table: Table, dialect: str) -> Insert:
    return insert_in(dialect, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def values_of(record: Any) -> dict[str, Any]:
    """The fields of a frozen record, by column name."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def record_of(kind: type[Record], row: Row | None) -> Record | None:
    """The frozen record a row stands for: columns are named as the fields are."""
    return None if row is None else kind(**row)


def records_of(kind: type[Record], rows: list[Row]) -> list[Record]:
    """Likewise, for many."""
    return [kind(**row) for row in rows]
