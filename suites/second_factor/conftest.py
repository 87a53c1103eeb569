"""The services alone, the JSON door, and the pages: each on a database file of its own."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.services.desk import Desk, open_desk
from tests.services.oauth_house import House, open_house
from tests.web.house import House as Site

from twogate.store.unit import Store


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows: copying it is faster than migrating anew for each test."""
    path = tmp_path_factory.mktemp("empty") / "twogate.db"

    async def open_and_close() -> None:
        await (await Store.open(f"sqlite:///{path}", master_key=MASTER_KEY)).close()

    asyncio.run(open_and_close())
    return path


@pytest.fixture
async def desk(tmp_path: Path, empty: Path) -> AsyncIterator[Desk]:
    """The services as in production, with cheap hashes and a clock that stands still."""
    shutil.copyfile(empty, tmp_path / "twogate.db")
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The application with Ada, who has a password and an app, and with clients."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def site(tmp_path: Path, empty: Path) -> AsyncIterator[Site]:
    """The application with nobody in it yet."""
    shutil.copyfile(empty, tmp_path / "site.db")
    entropy = SeededEntropy()
    store = await Store.open(f"sqlite:///{tmp_path / 'site.db'}", master_key=MASTER_KEY, entropy=entropy)
    built = Site.build(store, FakeClock(), entropy)
    yield built
    await built.close()
    await store.close()
