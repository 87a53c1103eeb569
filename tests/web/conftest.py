"""The control plane on a real database, and a browser without scripts in front of it."""

from collections.abc import AsyncIterator

import pytest
from tests.ports import FakeClock, SeededEntropy
from tests.web.house import House

from twogate.store.unit import Store


@pytest.fixture
async def house(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> AsyncIterator[House]:
    """An installation on http, with nobody in it yet."""
    built = House.build(store, fake_clock, seeded_entropy)
    yield built
    await built.close()


@pytest.fixture
async def secure_house(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> AsyncIterator[House]:
    """The same on https."""
    built = House.build(store, fake_clock, seeded_entropy, public_url="https://api.example.com")
    yield built
    await built.close()
