"""One site for each test."""

import pytest
from tests.twogate_client.site import Site


@pytest.fixture
def site() -> Site:
    return Site()
