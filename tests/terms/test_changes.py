"""Changes and snapshots survive the wire."""

import json

import pytest

from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey
from twogate.terms.instant import Instant

CHANGE = Change(7, ChangeKind.GRANT_REVOKED, "gnt_a", until=99, at=Instant(5))


def test_a_change_survives_json() -> None:
    """What one side writes the other reads."""
    assert Change.from_json(json.loads(json.dumps(CHANGE.to_json()))) == CHANGE


def test_a_snapshot_survives_json() -> None:
    """Policy, keys and changes come back as they were."""
    snapshot = Snapshot(7, 3, "public_url = 'x'", (VerificationKey("k1", "pem"),), (CHANGE,))
    assert Snapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot


@pytest.mark.parametrize("raw", [{}, {"number": "x"}, {**CHANGE.to_json(), "kind": "no.such"}])
def test_what_is_no_change_is_refused(raw: dict[str, object]) -> None:
    """A missing field, a wrong type or an unknown kind is an error, never a silent change."""
    with pytest.raises((KeyError, ValueError, TypeError)):
        Change.from_json(raw)
