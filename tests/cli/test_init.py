"""``twogate init``."""

import json
import stat
from pathlib import Path

import pytest

from twogate.cli.main import run


def test_what_is_made_is_its_owner_s(made_data: Path) -> None:
    """Directory 0700, master key 0600."""
    assert stat.S_IMODE(made_data.stat().st_mode) == 0o700
    assert stat.S_IMODE((made_data / "master.key").stat().st_mode) == 0o600


def test_a_second_time_changes_nothing(data: Path) -> None:
    """Master key and policy stay as they are, whatever upstream is named."""
    before = (data / "master.key").read_bytes(), (data / "twogate.toml").read_bytes()
    assert run(["init", "--data", str(data), "--upstream", "http://127.0.0.1:1"]) == 0
    assert ((data / "master.key").read_bytes(), (data / "twogate.toml").read_bytes()) == before


def test_a_lost_master_key_is_never_replaced(data: Path) -> None:
    """A database whose key is gone is an error to be told, not a new key that cannot open it."""
    (data / "master.key").unlink()
    assert run(["init", "--data", str(data)]) != 0
    assert not (data / "master.key").exists()


def test_the_first_administrator_gets_a_code(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new one each time, until there is an administrator; then none."""
    codes = []
    for _ in range(2):
        assert run(["init", "--data", str(data), "--json"]) == 0
        codes.append(json.loads(capsys.readouterr().out)["first_administrator"]["code"])
    assert codes[0] != codes[1]
    assert run(["user", "add", "root", "--data", str(data)]) == 0
    assert run(["user", "join", "root", "administrators", "--data", str(data)]) == 0
    capsys.readouterr()
    assert run(["init", "--data", str(data), "--json"]) == 0
    assert "first_administrator" not in json.loads(capsys.readouterr().out)
