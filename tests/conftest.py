"""Fixtures for every test: a clock and a generator that obey, a fresh store on either database."""

import asyncio
import logging
import pathlib
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import structlog
from tests import postgres
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.store.tables import METADATA
from twogate.store.unit import Store


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that stands at noon until it is moved."""
    return FakeClock()


@pytest.fixture
def seeded_entropy() -> SeededEntropy:
    """A generator that gives the same bytes in every run."""
    return SeededEntropy()


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that ran in this process wrote its log to a stream that is closed by now: nobody inherits that."""
    kept, handlers = structlog.get_config(), list(logging.getLogger().handlers)
    yield
    if structlog.get_config() != kept:
        structlog.configure(**kept)
        logging.getLogger().handlers[:] = handlers


@pytest.fixture
def master_key() -> bytes:
    """The key under which ``store`` and ``pg_store`` are sealed."""
    return MASTER_KEY


def _migrate(url: str) -> None:
    async def open_and_close() -> None:
        await (await Store.open(url, master_key=MASTER_KEY)).close()

    with ThreadPoolExecutor(1) as thread:  # a test that asks for its fixture late has a loop running here
        thread.submit(asyncio.run, open_and_close()).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A migrated SQLite file without rows: copying it is faster than migrating anew for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: pathlib.Path, sqlite_template: pathlib.Path) -> str:
    """The address of a SQLite file without rows."""
    path = tmp_path / "twogate.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def store(sqlite_url: str, seeded_entropy: SeededEntropy) -> AsyncIterator[Store]:
    """A store in a fresh SQLite file."""
    opened = await Store.open(sqlite_url, master_key=MASTER_KEY, entropy=seeded_entropy)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """A PostgreSQL server for the session, started when the first test asks for it."""
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def pg_database(pg_server: str) -> str:
    """The address of a migrated database that the tests of a session share one after the other."""
    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shared")
    address = pg_server.replace("/postgres?", "/shared?")
    _migrate(address)
    return address


@pytest.fixture
def pg_url(pg_database: str) -> str:
    """The address of a PostgreSQL database without rows; whoever was still connected is not any more."""
    with psycopg.connect(pg_database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        for table in reversed(METADATA.sorted_tables):
            connection.execute(str(table.delete()))
    return pg_database


@pytest.fixture
async def pg_store(pg_url: str, seeded_entropy: SeededEntropy) -> AsyncIterator[Store]:
    """A store in a fresh PostgreSQL database."""
    opened = await Store.open(pg_url, master_key=MASTER_KEY, entropy=seeded_entropy)
    yield opened
    await opened.close()
