"""Fixtures: credentials of every kind, and a node that knows what is said of them."""

from pathlib import Path

import pytest
from suites.agreement.credentials import Credentials
from tests.dataplane.decision.known import PUBLIC_URL, known_node

from twogate.dataplane.decision.node import DecisionNode


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return Credentials(PUBLIC_URL)


@pytest.fixture
def node(short_dir: Path, credentials: Credentials) -> DecisionNode:
    return known_node(short_dir, credentials=credentials)
