"""``twogate login`` as far as no server is needed; the rest is told in suites/client."""

from pathlib import Path

import pytest

from twogate.cli.login import facts_of
from twogate.cli.main import run
from twogate_client.kept import Kept, Server


def test_one_way_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Two ways on one line are a mistake of the line."""
    assert run(["login", "https://api.example", "--device", "--browser"]) == 2
    assert "one of --browser" in capsys.readouterr().err


def test_a_secret_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and nothing is sent anywhere."""
    assert run(["login", "https://api.example", "--client-secret-file", str(tmp_path / "none")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_what_is_told_of_a_sign_in_holds_no_secret() -> None:
    """Neither token nor key is among the facts."""
    server = Server("https://login.example", "https://login.example/token")
    kept = Kept(server, "cli", "access-x", 1.0, "refresh-x", key="key-x", scope="a b", way="device")
    told = facts_of("https://api.example", kept)
    assert told["scope"] == ["a", "b"]
    assert told["bound"] is True
    assert not {"access-x", "refresh-x", "key-x"} & {str(value) for value in told.values()}
