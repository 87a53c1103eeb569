"""A data directory of its own for each test."""

from pathlib import Path

import pytest

from twogate.settings.environment import Environment, read_environment
from twogate.settings.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data directory that is there, readable by its owner only."""
    found = Paths(tmp_path / "data")
    found.create()
    return found


@pytest.fixture
def environment(paths: Paths) -> Environment:
    """An environment that names the data directory and nothing else."""
    return read_environment({"TWOGATE_DATA": str(paths.data)})
