"""Fixtures: the stage that all proxies stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from suites.forward_auth.rig import Stage, stage
from suites.forward_auth.table import POLICY


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(Path(tmp_path_factory.mktemp("fa")), POLICY) as made:
        yield made
