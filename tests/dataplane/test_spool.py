"""What the edge knows, on disk."""

import stat
from pathlib import Path

from twogate.dataplane.spool import Configuration, Spool
from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey

SNAPSHOT = Snapshot(
    7,
    3,
    "toml",
    (VerificationKey("k1", "pem"),),
    (Change(5, ChangeKind.GRANT_REVOKED, "g", until=9),),
)
NEXT = Change(8, ChangeKind.SUBJECT_BLOCKED, "usr")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    """Snapshot and the changes after it come back as they were; the files are their owner's only."""
    Spool(tmp_path).save(SNAPSHOT)
    Spool(tmp_path).append([NEXT])
    assert Spool(tmp_path).load() == (SNAPSHOT, (NEXT,))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_new_snapshot_replaces_the_changes(tmp_path: Path) -> None:
    """Saving a snapshot forgets the changes that are in it, and old lines are not applied twice."""
    spool = Spool(tmp_path)
    spool.save(SNAPSHOT)
    spool.append([NEXT])
    spool.save(SNAPSHOT)
    assert spool.load() == (SNAPSHOT, ())
    spool.append([Change(6, ChangeKind.GRANT_REVOKED, "older")])
    assert spool.load() == (SNAPSHOT, ())


def test_a_torn_line_ends_the_reading(tmp_path: Path) -> None:
    """A last line that a crash has torn is left out, the ones before it are kept."""
    spool = Spool(tmp_path)
    spool.save(SNAPSHOT)
    spool.append([NEXT])
    with (tmp_path / "changes.jsonl").open("a") as stream:
        stream.write('{"number": 9, "ki')
    assert spool.load() == (SNAPSHOT, (NEXT,))


def test_nothing_or_nonsense_is_none(tmp_path: Path) -> None:
    """Without a snapshot, or with one that cannot be read, there is nothing to start from."""
    assert Spool(tmp_path).load() is None
    for text in ("", "[]", '{"number": "x"}', "null"):
        (tmp_path / "snapshot.json").write_text(text)
        assert Spool(tmp_path).load() is None
        (tmp_path / "in-force.json").write_text(text)
        assert Spool(tmp_path).in_force() is None


def test_the_configuration_in_force_is_kept(tmp_path: Path) -> None:
    """The policy and keys that HAProxy accepted last come back whole."""
    spool = Spool(tmp_path)
    spool.keep_in_force(Configuration.of(SNAPSHOT))
    assert spool.in_force() == Configuration(3, "toml", (VerificationKey("k1", "pem"),))
