"""Fixtures: a control plane that tells a policy, a connected node, credentials."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from suites.agreement.credentials import Credentials
from suites.forward_auth.feed import changes_of
from suites.forward_auth.rig import Told
from suites.gateway.rig import Server
from tests.dataplane.decision.known import POLICY, PUBLIC_URL

from twogate.dataplane.decision.node import DecisionNode
from twogate.middleware.connect import connect


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
def control(short_dir: Path, credentials: Credentials) -> Iterator[Server]:
    told = Told(POLICY, changes_of(credentials.runtime_maps))
    with Server(told.answer, path=short_dir / "control.sock") as server:
        yield server


@pytest.fixture
def node(control: Server, short_dir: Path) -> DecisionNode:
    return connect("http://control", key="tg_edge_x", directory=short_dir / "node", control_socket=control.path)
