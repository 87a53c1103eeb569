"""What the feed told is known to the next decision, and survives on disk."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from twogate.dataplane.decision.memory import Memory
from twogate.dataplane.spool import Spool
from twogate.terms.access import AccessFacts
from twogate.terms.changes import Change, ChangeKind, Snapshot

FACTS = AccessFacts("cli_x", "gnt_x", 1, 0, 0, 0, 1, "http://a.example", "cli_x").pack()
DIGEST = "a" * 64


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(Spool(tmp_path))


async def test_every_kind_of_change_is_answered(memory: Memory) -> None:
    """Grants, single tokens, subjects, step-up demands, API tokens, addresses; and what undoes them."""
    told = (
        (ChangeKind.GRANT_REVOKED, "gnt_1", ""),
        (ChangeKind.TOKEN_REVOKED, DIGEST, ""),
        (ChangeKind.SUBJECT_BLOCKED, "usr_b", ""),
        (ChangeKind.SUBJECT_STEP_UP, "usr_s", "1700"),
        (ChangeKind.API_TOKEN_ADDED, DIGEST, FACTS),
        (ChangeKind.ADDRESS_BLOCKED, "10.0.0.0/8", ""),
    )
    await memory.take([Change(n, *one) for n, one in enumerate(told, start=1)])
    assert memory.revoked("b" * 64, "gnt_1")
    assert memory.revoked(DIGEST, "gnt_2")
    assert not memory.revoked("b" * 64, "gnt_2")
    assert (memory.note("usr_b"), memory.note("usr_s"), memory.note("usr_x")) == ((True, 0), (False, 1700), (False, 0))
    assert memory.api_token(DIGEST) == FACTS
    assert memory.address_blocked(ip_address("10.1.2.3"))
    undone = (
        (ChangeKind.SUBJECT_CLEARED, "usr_b"),
        (ChangeKind.API_TOKEN_REMOVED, DIGEST),
        (ChangeKind.ADDRESS_CLEARED, "10.0.0.0/8"),
    )
    await memory.take([Change(n, *one) for n, one in enumerate(undone, start=10)])
    assert memory.note("usr_b") == (False, 0)
    assert memory.api_token(DIGEST) is None
    assert not memory.address_blocked(ip_address("10.1.2.3"))
    assert memory.holdings.number == 12


async def test_a_snapshot_replaces_everything(memory: Memory) -> None:
    """What it does not name is gone, and it is on disk with what followed it."""
    await memory.take([Change(1, ChangeKind.GRANT_REVOKED, "gnt_old")])
    await memory.start_over(Snapshot(7, 1, "", (), (Change(5, ChangeKind.GRANT_REVOKED, "gnt_new"),)))
    await memory.take(
        [Change(8, ChangeKind.GRANT_REVOKED, "gnt_later"), Change(9, ChangeKind.TOKEN_REVOKED, "nonsense")]
    )
    assert [memory.revoked("", grant) for grant in ("gnt_old", "gnt_new", "gnt_later")] == [False, True, True]
    assert memory.holdings.refused == 1
    fresh = Memory(memory._spool)
    kept = memory._spool.load()
    assert kept is not None
    fresh.recall(*kept)
    assert [fresh.revoked("", grant) for grant in ("gnt_old", "gnt_new", "gnt_later")] == [False, True, True]


async def test_what_has_run_out_is_forgotten(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revocation goes a little after its last token; a long journal is written anew as a snapshot."""
    await memory.take(
        [Change(1, ChangeKind.GRANT_REVOKED, "gnt_1", until=1000), Change(2, ChangeKind.GRANT_REVOKED, "g2")]
    )
    monkeypatch.setattr("twogate.dataplane.decision.memory._COMPACT_AFTER", 1)
    memory.sweep(2000, configuration=(3, Snapshot(0, 3, "toml", (), ())))
    assert not memory.revoked("", "gnt_1")
    kept = memory._spool.load()
    assert kept is not None
    assert (kept[0].number, kept[0].policy_version, kept[1]) == (2, 3, ())
    assert [change.key for change in kept[0].changes] == ["g2"]
