"""Every test of the store runs on both databases."""

from collections.abc import AsyncIterator

import pytest
from tests.ports import MASTER_KEY, SeededEntropy

from twogate.store.unit import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, SQLite and PostgreSQL in turn."""
    address: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return address


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
