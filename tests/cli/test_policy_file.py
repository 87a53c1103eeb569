"""A policy file as a command sees it."""

from pathlib import Path

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.policy_file import PolicyInvalid, counted, read_policy, read_text


def test_every_mistake_is_a_line_that_an_editor_can_jump_to(tmp_path: Path) -> None:
    """``file:line: where: what`` for each mistake."""
    path = tmp_path / "twogate.toml"
    path.write_text('public_url = "ftp://x"\n\n[[rule]]\nmatch = ["nonsense"]\nrequire = "aal9"\n')
    with pytest.raises(PolicyInvalid) as told:
        read_policy(path)
    lines = [failure.text for failure in told.value.failures]
    assert len(lines) >= 2
    assert all(line.startswith(f"{path}:") and line.split(":")[1].isdigit() for line in lines)
    assert told.value.code is ExitCode.CONFIGURATION


def test_a_byte_order_mark_is_no_mistake_and_bad_bytes_are(tmp_path: Path) -> None:
    """Editors on Windows write the mark; bytes that are not UTF-8 are named by their place."""
    path = tmp_path / "twogate.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1")
    assert read_text(path) == "a = 1"
    path.write_bytes(b"a = \xff")
    with pytest.raises(CommandFailed, match="byte 4"):
        read_text(path)
    with pytest.raises(CommandFailed, match="cannot read it"):
        read_text(tmp_path)


def test_counting() -> None:
    """One mistake, two mistakes, no mistakes."""
    assert [counted(number, "mistake") for number in range(3)] == ["0 mistakes", "1 mistake", "2 mistakes"]
