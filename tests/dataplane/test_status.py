"""What an edge says of itself on disk."""

import stat
from pathlib import Path

import pytest
from tests.ports import NOON

from twogate.dataplane.status import NAME, last_heard, read_status, write_status


def test_what_is_written_is_read_by_the_owner_only(tmp_path: Path) -> None:
    """The facts come back as they were, and nobody else on the machine reads the file."""
    write_status(tmp_path, {"heard": int(NOON), "fault": "é"})
    assert read_status(tmp_path) == {"heard": int(NOON), "fault": "é"}
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert last_heard(tmp_path) == NOON


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[1]", b"7", b"\xff\xfe", b'{"heard": "noon"}', b'{"heard": null}']
)
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: bytes | None) -> None:
    """A crash in the middle of something never keeps an edge from starting, and claims no earlier contact."""
    if content is not None:
        (tmp_path / NAME).write_bytes(content)
    assert last_heard(tmp_path) is None
    assert isinstance(read_status(tmp_path), dict)
