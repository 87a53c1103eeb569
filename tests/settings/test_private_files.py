"""Files that hold a secret."""

import os
from pathlib import Path

import pytest

from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.private_files import read_private, write_new


def test_what_is_written_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    """Mode 0600 from the first byte, whatever the umask."""
    path = tmp_path / "key"
    umask = os.umask(0)
    try:
        write_new(path, "secret", what="the key")
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private(path, what="the key", missing="make one") == "secret"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A key that is there stays, also when it is a link to somewhere."""
    path = tmp_path / "key"
    path.write_text("old")
    (tmp_path / "link").symlink_to(path)
    for name in ("key", "link"):
        with pytest.raises(SettingsInvalid, match="cannot write the key"):
            write_new(tmp_path / name, "new", what="the key")
    assert path.read_text() == "old"


def test_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The command that puts it right is named."""
    path = tmp_path / "key"
    path.write_text("secret")
    path.chmod(0o640)
    with pytest.raises(SettingsInvalid, match="chmod 600"):
        read_private(path, what="the key", missing="make one")


def test_one_that_is_missing_says_what_to_do(tmp_path: Path) -> None:
    """The caller's hint is shown."""
    with pytest.raises(SettingsInvalid, match="is missing \\(make one\\)"):
        read_private(tmp_path / "none", what="the key", missing="make one")


def test_one_that_is_no_text_or_no_file_is_refused(tmp_path: Path) -> None:
    """Bytes and folders give one line each."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsInvalid, match="is not text"):
        read_private(tmp_path / "bytes", what="the key", missing="")
    with pytest.raises(SettingsInvalid, match="cannot read the key"):
        read_private(tmp_path, what="the key", missing="")
