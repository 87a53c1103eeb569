"""Sets of files, put in force in one step."""

import stat
from pathlib import Path

from twogate.dataplane.files import EdgeDirectory, write_private


def test_a_staged_set_is_not_in_force(tmp_path: Path) -> None:
    """Staging writes files that nothing refers to until they are promoted."""
    directory = EdgeDirectory(tmp_path / "edge")
    staged = directory.stage({"haproxy.cfg": "a", "keys/k1.pem": "b"})
    assert directory.current() is None
    assert (staged / "keys" / "k1.pem").read_text() == "b"


def test_promotion_switches_and_keeps_the_last_set(tmp_path: Path) -> None:
    """Promoting moves the link; the set before stays until the next promotion, older ones go."""
    directory = EdgeDirectory(tmp_path / "edge")
    first, third = directory.stage({"haproxy.cfg": "0"}), directory.stage({"haproxy.cfg": "2"})
    assert directory.promote(first) is None
    assert not third.exists()  # forgotten: it was neither promoted nor in force before
    second = directory.stage({"haproxy.cfg": "1"})
    assert directory.promote(second) == first
    assert (directory.live / "haproxy.cfg").read_text() == "1"
    assert directory.promote(first) == second
    assert (directory.live / "haproxy.cfg").read_text() == "0"


def test_the_set_in_force_is_not_discarded(tmp_path: Path) -> None:
    """Discarding removes a staged set and never the one in force."""
    directory = EdgeDirectory(tmp_path / "edge")
    kept, dropped = directory.stage({"a": "1"}), directory.stage({"a": "2"})
    directory.promote(kept)
    directory.discard(kept)
    assert kept.exists()
    fresh = directory.stage({"a": "3"})
    directory.discard(fresh)
    assert not fresh.exists()
    assert not dropped.exists()


def test_everything_is_for_its_owner_only(tmp_path: Path) -> None:
    """Directories are 0700 and files 0600: digests of tokens and private keys are in them."""
    directory = EdgeDirectory(tmp_path / "edge")
    staged = directory.stage({"keys/a.pem": "x"})
    for path in (directory.root, staged, staged / "keys"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((staged / "keys" / "a.pem").stat().st_mode) == 0o600


def test_a_leftover_of_a_crash_is_no_hindrance(tmp_path: Path) -> None:
    """A half-written file or link of an earlier life does not stand in the way."""
    directory = EdgeDirectory(tmp_path / "edge")
    (tmp_path / "edge" / "live.new").symlink_to("nowhere")
    (tmp_path / "edge" / ".a.new").write_text("torn")
    directory.promote(directory.stage({"a": "1"}))
    write_private(tmp_path / "edge" / "a", "whole")
    assert (tmp_path / "edge" / "a").read_text() == "whole"
    assert directory.current() is not None


def test_a_broken_link_is_no_set(tmp_path: Path) -> None:
    """When the set that ``live`` names has been removed by hand, there is none in force."""
    directory = EdgeDirectory(tmp_path / "edge")
    directory.live.symlink_to("g-00000007")
    assert directory.current() is None
