"""Brings a database to the newest schema, whoever else opens it at the same moment.

Decides when steps run, and refuses a database that is newer than this program. The steps are in ``migrations``.
"""

import pathlib

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from twogate.store.errors import StoreBroken

NEWEST = "0001"
_LOCK = 7_416_013_927  # any number that nobody else uses as an advisory lock in this database


async def migrate(engine: AsyncEngine) -> None:
    """Run what is missing, in one transaction that holds the database's write lock.

    Raises:
        StoreBroken: the database has a schema this program does not know.
    """
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    stands_at = _version(connection)
    if stands_at == NEWEST:
        return
    if stands_at > NEWEST:
        raise StoreBroken(
            f"the database has schema {stands_at}, this program knows {NEWEST}: use the newer program, or a backup",
        )
    from alembic import command  # noqa: PLC0415  # takes 0.2 s to load, and is needed once in a database's life
    from alembic.config import Config  # noqa: PLC0415  # likewise

    config = Config()
    config.set_main_option("script_location", str(pathlib.Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str:
    """The schema's number; empty in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
