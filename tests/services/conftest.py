"""The sign-in services, ready to use."""

import pathlib
from collections.abc import AsyncIterator

import pytest
from tests.services.desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: pathlib.Path) -> AsyncIterator[Desk]:
    """Real services on a fresh database; hashes are cheap, the clock stands still."""
    async with open_desk(tmp_path) as opened:
        yield opened
