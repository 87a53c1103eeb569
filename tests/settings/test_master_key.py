"""The master key, from whichever of its three places."""

import base64
import sys

import pytest

from twogate.settings.master_key import read_master_key, write_master_key
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.paths import Paths
from twogate.settings.store import StoreSettings
from twogate.terms.secret import Secret

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def test_it_comes_from_the_file_by_default(paths: Paths) -> None:
    """What was written is read."""
    write_master_key(paths.master_key, KEY)
    assert read_master_key(StoreSettings(), paths) == KEY


def test_a_file_is_never_overwritten(paths: Paths) -> None:
    """A second key would make everything sealed unreadable."""
    write_master_key(paths.master_key, KEY)
    with pytest.raises(SettingsInvalid):
        write_master_key(paths.master_key, bytes(32))
    assert read_master_key(StoreSettings(), paths) == KEY


def test_the_setting_comes_first_then_the_command(paths: Paths) -> None:
    """A setting beats a command, a command beats the file."""
    write_master_key(paths.master_key, bytes(32))
    command = (sys.executable, "-c", f"print({TEXT!r})")
    assert read_master_key(StoreSettings(master_key_command=command), paths) == KEY
    both = StoreSettings(master_key=Secret(TEXT), master_key_command=("false",))
    assert read_master_key(both, paths) == KEY


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(31)).decode(), "ä" * 44, TEXT + TEXT])
def test_what_is_no_key_is_refused_without_being_shown(paths: Paths, text: str) -> None:
    """32 bytes in base64 or nothing; the mistake does not repeat what was there."""
    paths.master_key.write_text(text)
    paths.master_key.chmod(0o600)
    with pytest.raises(SettingsInvalid, match="32 bytes in base64") as caught:
        read_master_key(StoreSettings(), paths)
    assert not text or text not in str(caught.value)


def test_a_missing_one_is_not_replaced(paths: Paths) -> None:
    """The way out is the backup."""
    with pytest.raises(SettingsInvalid, match="backup"):
        read_master_key(StoreSettings(), paths)


@pytest.mark.parametrize(
    ("command", "told"),
    [(("/nonexistent/kms",), "cannot run"), ((sys.executable, "-c", "raise SystemExit(3)"), "status 3")],
)
def test_a_command_that_fails_is_told(paths: Paths, command: tuple[str, ...], told: str) -> None:
    """A key manager that is away stops the start with one line."""
    with pytest.raises(SettingsInvalid, match=told):
        read_master_key(StoreSettings(master_key_command=command), paths)
