"""The schema: models and migrations agree, concurrent openers agree, a newer schema is refused."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from tests.ports import MASTER_KEY

from twogate.store import migrate
from twogate.store.tables import METADATA
from twogate.store.unit import Store, StoreBroken


async def test_models_and_migrations_agree(db: Store) -> None:
    """Nothing is left to generate after the last migration, types and indexes included."""
    found: list[object] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found.extend(compare_metadata(context, METADATA))

    await db._database.alter(compare)
    assert found == []


async def test_newest_is_the_last_step() -> None:
    """The number that lets an opener skip Alembic is the number of the last step."""
    config = Config()
    config.set_main_option("script_location", "twogate.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.NEWEST]


async def test_opening_at_the_same_moment_is_safe(empty_url: str) -> None:
    """Eight openers of an empty database all get one with one schema."""
    stores = await asyncio.gather(*(Store.open(empty_url, master_key=MASTER_KEY) for _ in range(8)))
    for store in stores:
        async with store.read() as unit:
            assert await unit.users.count() == 0
        await store.close()


async def test_a_newer_schema_is_refused(empty_url: str) -> None:
    """A database of a newer program is left alone, with a sentence that says what to do."""
    store = await Store.open(empty_url, master_key=MASTER_KEY)
    await store._database.alter(
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'").close(),
    )
    await store.close()
    with pytest.raises(StoreBroken, match="newer program"):
        await Store.open(empty_url, master_key=MASTER_KEY)
