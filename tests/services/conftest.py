"""The sign-in services and the OAuth services, ready to use."""

import pathlib
from collections.abc import AsyncIterator

import pytest
from tests.services.desk import Desk, open_desk
from tests.services.oauth_house import House, open_house
from tests.services.push_stage import Stage, open_stage


@pytest.fixture
async def desk(tmp_path: pathlib.Path) -> AsyncIterator[Desk]:
    """Real services on a fresh database; hashes are cheap, the clock stands still."""
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
async def house(tmp_path: pathlib.Path) -> AsyncIterator[House]:
    """An installation with Ada, two browser apps, a web app with a secret, and a service account."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def stage(tmp_path: pathlib.Path) -> AsyncIterator[Stage]:
    """Alice, her first screen, and her phone, which is connected."""
    async with open_stage(tmp_path) as opened:
        yield opened
