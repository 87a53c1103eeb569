"""Every test of the store runs on both databases."""

import pathlib
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from tests.ports import MASTER_KEY, SeededEntropy

from twogate.store.unit import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, SQLite and PostgreSQL in turn."""
    address: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: str = request.getfixturevalue("pg_server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
        yield server.replace("/postgres?", "/empty?")
        connection.execute("DROP DATABASE empty WITH (FORCE)")


@pytest.fixture
async def db(url: str, seeded_entropy: SeededEntropy) -> AsyncIterator[Store]:
    """A store on a fresh database."""
    opened = await Store.open(url, master_key=MASTER_KEY, entropy=seeded_entropy)
    yield opened
    await opened.close()


@pytest.fixture
async def rival(db: Store, url: str) -> AsyncIterator[Store]:
    """Another process's store on the database of ``db``: engines and locks of its own."""
    assert db is not None
    opened = await Store.open(url, master_key=MASTER_KEY, entropy=SeededEntropy("rival"))
    yield opened
    await opened.close()
