"""The doctor sees what is wrong and says what to do."""

import json
from pathlib import Path

import pytest

from twogate.cli.main import run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "d"
    assert run(["init", "--upstream", "http://127.0.0.1:9", "--data", str(folder)]) == 0
    return folder


def _findings(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, str]]]:
    capsys.readouterr()
    code = run(["doctor", "--data", str(data), "--json"])
    return code, {one["what"]: one for one in json.loads(capsys.readouterr().out)}


def test_a_fresh_installation_is_well(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing fails; that nothing runs yet is a warning with the command to run."""
    code, found = _findings(data, capsys)
    assert code == 0
    assert {one["health"] for one in found.values()} <= {"ok", "warn"}
    assert "twogate up" in found["control"]["advice"]


def test_a_key_that_others_can_read_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An open master key is a failure, told with the command that closes it."""
    (data / "master.key").chmod(0o644)
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["files"]["health"] == "fail"
    assert "chmod" in found["files"]["advice"]


def test_a_broken_policy_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes in the policy are a failure, and the other looks are still taken."""
    (data / "twogate.toml").write_text("public_url = 3\n")
    code, found = _findings(data, capsys)
    assert code == 1
    assert found["policy"]["health"] == "fail"
    assert found["database"]["health"] == "ok"
