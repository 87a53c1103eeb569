"""The data directory."""

import os
import tempfile
from pathlib import Path

import pytest

from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.paths import Paths, reason


def test_everything_lies_in_the_data_directory(tmp_path: Path) -> None:
    """No path leaves the directory, so one directory is one installation."""
    paths = Paths(tmp_path)
    names = [name for name in dir(Paths) if isinstance(getattr(Paths, name), property)]
    assert len(names) >= 14
    assert all(getattr(paths, name).is_relative_to(tmp_path) for name in names)


def test_it_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """The directory and what is in it cannot be entered by others, whatever the umask."""
    umask = os.umask(0)
    try:
        Paths(tmp_path / "data").create()
    finally:
        os.umask(umask)
    for folder in (tmp_path / "data", tmp_path / "data/run", tmp_path / "data/edge"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_making_it_twice_changes_nothing(tmp_path: Path) -> None:
    """What is there stays."""
    paths = Paths(tmp_path / "data")
    paths.create()
    paths.policy.write_text("x")
    paths.create()
    assert paths.policy.read_text() == "x"


def test_one_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    """An open directory is told with the command that closes it."""
    paths = Paths(tmp_path / "data")
    paths.create()
    paths.data.chmod(0o755)
    with pytest.raises(SettingsInvalid, match="chmod 700"):
        paths.create()


def test_one_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    """The way out is `twogate init`."""
    with pytest.raises(SettingsInvalid, match="twogate init"):
        Paths(tmp_path / "none").refuse_if_open()


def test_a_path_too_long_for_sockets_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """The kernel's limit is told in words, not met later as a failed bind."""
    paths = Paths(tmp_path / ("x" * 120))
    with pytest.raises(SettingsInvalid, match="too long"):
        paths.create()
    assert not paths.data.exists()


def test_one_that_cannot_be_made_is_told() -> None:
    """A file in the way is named."""
    with tempfile.TemporaryDirectory() as short:  # pytest's own folders are too long for a unix socket
        (Path(short) / "f").write_text("")
        with pytest.raises(SettingsInvalid, match="cannot create it"):
            Paths(Path(short) / "f" / "data").create()


def test_a_reason_is_what_the_system_said() -> None:
    """Without its number and path; an error without words is named by its type."""
    assert reason(OSError(13, "Permission denied", "/x")) == "permission denied"
    assert reason(OSError()) == "OSError"
