"""The import contracts hold, and each of them notices when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# contract id -> (the module that is made to sin, the import it commits)
PLANTED = {
    "floors": ("rules/assurance/level.py", "import twogate.store.unit"),
    "shelves": ("rules/factors/totp.py", "import twogate.rules.assurance.level"),
    "purity": ("rules/policy/model.py", "import socket"),
    "client": ("../twogate_client/auth.py", "import twogate.terms.secret"),
    "factors": ("rules/factors/totp.py", "import twogate.rules.factors.password"),
}


def _lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", *options],
        cwd=tree,
        env={"PYTHONPATH": str(tree / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def copy(tmp_path: Path, root: Path) -> Path:
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, copy: Path) -> None:
    """An import that a contract forbids makes exactly that contract fail."""
    module, line = PLANTED[contract]
    path = copy / "src/twogate" / module
    path.write_text(path.read_text() + f"\n{line}\n")
    result = _lint(copy, "--contract", contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_every_contract_has_its_planted_violation(root: Path) -> None:
    """No contract is added without a violation that shows it works."""
    text = (root / "pyproject.toml").read_text()
    ids = [line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")]
    assert sorted(ids) == sorted(PLANTED)


def test_the_contracts_hold(root: Path) -> None:
    """The tree as it is breaks no contract."""
    result = _lint(root)
    assert result.returncode == 0, result.stdout
