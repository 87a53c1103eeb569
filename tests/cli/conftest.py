"""An installation that `twogate init` made, and the command line as a function."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twogate.cli.main import run


@pytest.fixture(scope="session")
def made_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as it is right after `twogate init`; tests copy it."""
    path = tmp_path_factory.mktemp("init") / "data"
    assert run(["init", "--data", str(path)]) == 0
    return path


@pytest.fixture
def data(made_data: Path, tmp_path: Path) -> Path:
    """A fresh installation of the test's own."""
    return Path(shutil.copytree(made_data, tmp_path / "data"))


@pytest.fixture
def twogate(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """Run a command on the installation with --json; exit code, document and remarks come back."""

    def command(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = run([*arguments, "--data", str(data), "--json"])
        said = capsys.readouterr()
        return int(code), json.loads(said.out) if said.out.strip() else None, said.err

    return command
