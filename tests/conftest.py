"""Fixtures for every test: a clock and a generator that obey, a fresh store on either database."""

import itertools
import pathlib
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from tests import postgres
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.store.unit import Store

_NUMBERS = itertools.count(1)


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that stands at noon until it is moved."""
    return FakeClock()


@pytest.fixture
def seeded_entropy() -> SeededEntropy:
    """A generator that gives the same bytes in every run."""
    return SeededEntropy()


@pytest.fixture
def master_key() -> bytes:
    """The key under which ``store`` and ``pg_store`` are sealed."""
    return MASTER_KEY


@pytest.fixture
def sqlite_url(tmp_path: pathlib.Path) -> str:
    """The address of a fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'twogate.db'}"


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


@pytest.fixture
def pg_url(pg_server: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
    yield pg_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def pg_store(pg_url: str, seeded_entropy: SeededEntropy) -> AsyncIterator[Store]:
    """A store in a fresh PostgreSQL database."""
    opened = await Store.open(pg_url, master_key=MASTER_KEY, entropy=seeded_entropy)
    yield opened
    await opened.close()
