"""What a command works on."""

import getpass
from pathlib import Path

import pytest

from twogate.cli.installed import actor, existing, installation
from twogate.settings.mistakes import SettingsInvalid


def test_a_directory_that_others_may_enter_is_refused(data: Path) -> None:
    """Keys in a directory that is open to the machine are not used."""
    existing(data)
    data.chmod(0o755)
    with pytest.raises(SettingsInvalid):
        existing(data)


def test_the_option_wins_over_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--data names the installation, TWOGATE_DATA where the option is absent."""
    monkeypatch.setenv("TWOGATE_DATA", "/elsewhere")
    assert installation(data).paths.data == data
    assert installation(None).paths.data == Path("/elsewhere")


def test_somebody_without_a_name_is_still_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container without a passwd entry the audit names the command line."""
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    assert actor() == "cli:root"

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert actor() == "cli"
