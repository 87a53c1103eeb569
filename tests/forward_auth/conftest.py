"""Fixtures: the application with a node that knows every kind of credential."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from suites.agreement.credentials import Credentials
from tests.dataplane.decision.known import PUBLIC_URL, known_node

from twogate.dataplane.decision.node import DecisionNode
from twogate.forward_auth.app import ForwardAuth


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return Credentials(PUBLIC_URL)


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A directory whose path leaves room for socket names."""
    path = Path(tempfile.mkdtemp(prefix="tg-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def node(short_dir: Path, credentials: Credentials) -> AsyncIterator[DecisionNode]:
    made = known_node(short_dir, credentials=credentials)
    yield made
    await made.control.close()


@pytest.fixture
def app(node: DecisionNode) -> ForwardAuth:
    return ForwardAuth(node)
