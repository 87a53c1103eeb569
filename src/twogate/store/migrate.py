"""Brings a database to the newest schema, whoever else opens it at the same moment.

Decides when steps run, and refuses a database that is newer than this program. The steps are in ``migrations``.
"""

import pathlib

from sqlalchemy import Connection, inspect, text

from twogate.store.errors import StoreBroken

NEWEST = "0013"


def migrate(connection: Connection) -> None:
    """Run what is missing, in the transaction of ``connection``, which lets nobody else change the schema.

    Raises:
        StoreBroken: the database has a schema this program does not know.
    """
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
