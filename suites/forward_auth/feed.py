"""The gateway's maps as the changes that the control plane would have told them by."""

from collections.abc import Mapping

from twogate.rules.haproxy import maps
from twogate.terms.changes import Change, ChangeKind

_KINDS = {
    maps.TOKENS: ChangeKind.API_TOKEN_ADDED,
    maps.GRANTS: ChangeKind.GRANT_REVOKED,
    maps.CLAIMS: ChangeKind.TOKEN_REVOKED,
    maps.ADDRESSES: ChangeKind.ADDRESS_BLOCKED,
}


def changes_of(runtime: Mapping[str, str]) -> tuple[Change, ...]:
    """One change for each line."""
    found: list[Change] = []
    for name, text in runtime.items():
        for line in text.splitlines():
            key, _, value = line.partition(" ")
            kind = _KINDS.get(name)
            if kind is None:
                blocked = value == maps.BLOCKED
                kind = ChangeKind.SUBJECT_BLOCKED if blocked else ChangeKind.SUBJECT_STEP_UP
                value = "" if blocked else value.removeprefix(maps.SINCE)
            found.append(Change(len(found) + 1, kind, key, value))
    return tuple(found)
