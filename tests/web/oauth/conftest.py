"""The OAuth doors of one installation, as ASGI."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.services.oauth_house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An installation with Ada, two browser apps, a web app with a secret, and a service account."""
    async with open_house(tmp_path) as opened:
        yield opened
