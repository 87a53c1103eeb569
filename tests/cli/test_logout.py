"""``twogate logout`` where nobody is signed in; with a server it is told in suites/client."""

import json
from pathlib import Path

import pytest

from twogate.cli.main import run


def test_without_a_sign_in_there_is_nothing_to_revoke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so and succeeds: what was wanted is the case."""
    monkeypatch.setenv("TWOGATE_CLIENT_HOME", str(tmp_path))
    assert run(["logout", "https://api.example", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["revoked"] is False


def test_a_place_that_others_can_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 4, and the file's name."""
    monkeypatch.setenv("TWOGATE_CLIENT_HOME", str(tmp_path))
    assert run(["logout", "https://api.example"]) == 0
    lock = next(tmp_path.glob("*.lock"))
    lock.with_suffix(".json").write_text("{}")
    lock.with_suffix(".json").chmod(0o644)
    capsys.readouterr()
    assert run(["logout", "https://api.example"]) == 4
    assert "by others" in capsys.readouterr().err
