"""What the control plane has told this gateway and nothing has undone yet, and what the runtime maps say of it.

Decides how changes add up and which map lines follow (formats: ``rules.haproxy.maps``). A change that would not
make a well-formed map line is refused here: one bad line in a file would keep HAProxy from starting. Nothing in
this file waits; sending the lines to HAProxy is left to ``gate``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from twogate.rules.haproxy import maps
from twogate.terms.access import AccessFacts
from twogate.terms.changes import Change, ChangeKind, Snapshot

_WORD = re.compile(r"[!$-&(-:=?-\[\]-_a-~]{1,255}")  # printable ASCII without blank " # ' ; < > \ `
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MARGIN = 120  # seconds a withdrawal is kept beyond its end, for clocks that disagree
_UNDOES: dict[ChangeKind, tuple[ChangeKind, ...]] = {
    ChangeKind.SUBJECT_CLEARED: (ChangeKind.SUBJECT_BLOCKED, ChangeKind.SUBJECT_STEP_UP),
    ChangeKind.ADDRESS_CLEARED: (ChangeKind.ADDRESS_BLOCKED,),
    ChangeKind.API_TOKEN_REMOVED: (ChangeKind.API_TOKEN_ADDED,),
}
_MAP = {
    ChangeKind.GRANT_REVOKED: maps.GRANTS,
    ChangeKind.TOKEN_REVOKED: maps.CLAIMS,
    ChangeKind.SUBJECT_STEP_UP: maps.SUBJECTS,
    ChangeKind.SUBJECT_BLOCKED: maps.SUBJECTS,
    ChangeKind.SUBJECT_CLEARED: maps.SUBJECTS,
    ChangeKind.ADDRESS_BLOCKED: maps.ADDRESSES,
    ChangeKind.ADDRESS_CLEARED: maps.ADDRESSES,
    ChangeKind.API_TOKEN_ADDED: maps.TOKENS,
    ChangeKind.API_TOKEN_REMOVED: maps.TOKENS,
}
"""The map that a change is about; the other kinds are about the configuration."""

CONFIGURATION_KINDS = frozenset({ChangeKind.POLICY_PUBLISHED, ChangeKind.KEYS_CHANGED})


@dataclass(frozen=True, slots=True)
class MapWrite:
    """One line of a runtime map, put (``value``) or taken away (None)."""

    map: str
    key: str
    value: str | None
    fresh: bool = False  # the key was not in the map before


class Holdings:
    """The facts in force, by kind and key; of one kind and key the youngest counts."""

    def __init__(self) -> None:
        self.number = 0
        self.refused = 0  # changes that made no sense
        self._held: dict[ChangeKind, dict[str, Change]] = {kind: {} for kind in _MAP if kind not in _UNDOES}

    def apply(self, change: Change) -> list[MapWrite]:
        """Take one change in; return the map lines that follow from it."""
        self.number = max(self.number, change.number)
        if change.kind in CONFIGURATION_KINDS:
            return []
        key = well_formed_key(change)
        if key is None:
            self.refused += 1
            return []
        before = self._value(change.kind, key)
        for undone in _UNDOES.get(change.kind, ()):
            self._held[undone].pop(key, None)
        if change.kind in self._held:
            self._held[change.kind][key] = change
        return self._written(change.kind, key, before)

    def replace(self, snapshot: Snapshot) -> list[MapWrite]:
        """Take a snapshot instead of everything held; return only what differs."""
        before = {name: dict(self.lines(name)) for name in maps.RUNTIME_MAPS}
        for held in self._held.values():
            held.clear()
        for change in snapshot.changes:
            self.apply(change)
        self.number = snapshot.number
        writes: list[MapWrite] = []
        for name, old in before.items():
            new = dict(self.lines(name))
            writes += [MapWrite(name, key, None) for key in old.keys() - new.keys()]
            writes += [MapWrite(name, k, v, fresh=k not in old) for k, v in new.items() if old.get(k) != v]
        return writes

    def expire(self, now: int) -> list[MapWrite]:
        """Forget what has run out at ``now`` (NumericDate)."""
        writes: list[MapWrite] = []
        for kind, held in self._held.items():
            over = [key for key, change in held.items() if 0 < change.until < now - _margin(kind)]
            for key in over:
                before = self._value(kind, key)
                del held[key]
                writes += self._written(kind, key, before)
        return writes

    def changes(self) -> tuple[Change, ...]:
        """Everything held, in the order it happened: what a snapshot of it would say."""
        return tuple(sorted((c for held in self._held.values() for c in held.values()), key=lambda c: c.number))

    def lines(self, name: str) -> Iterator[tuple[str, str]]:
        """The lines of one map."""
        seen: set[str] = set()
        for kind, held in self._held.items():
            if _MAP[kind] != name:
                continue
            for key in held:
                value = self._value(kind, key)
                if value is not None and key not in seen:
                    if name == maps.SUBJECTS:  # the one map that two kinds share
                        seen.add(key)
                    yield key, value

    def files(self) -> dict[str, str]:
        """Every runtime map as the text of its file."""
        return {name: "".join(f"{k} {v}\n" for k, v in self.lines(name)) for name in maps.RUNTIME_MAPS}

    def tombstones(self) -> list[tuple[str, str]]:
        """The single tokens that are revoked: lines of the claims map that the data plane must not overwrite."""
        return list(self.lines(maps.CLAIMS))

    def _written(self, kind: ChangeKind, key: str, before: str | None) -> list[MapWrite]:
        after = self._value(kind, key)
        return [] if after == before else [MapWrite(_MAP[kind], key, after, fresh=before is None)]

    def _value(self, kind: ChangeKind, key: str) -> str | None:
        """What the map says of this key now."""
        name = _MAP[kind]
        if name == maps.SUBJECTS:
            if key in self._held[ChangeKind.SUBJECT_BLOCKED]:
                return maps.BLOCKED
            step_up = self._held[ChangeKind.SUBJECT_STEP_UP].get(key)
            return f"{maps.SINCE}{step_up.value}" if step_up else None
        if name == maps.TOKENS:
            added = self._held[ChangeKind.API_TOKEN_ADDED].get(key)
            return added.value if added else None
        if name == maps.ADDRESSES:
            return maps.BLOCKED if key in self._held[ChangeKind.ADDRESS_BLOCKED] else None
        return maps.REVOKED if key in self._held[kind] else None


def well_formed_key(change: Change) -> str | None:
    """Return the key as the map spells it, or None when key or value could not stand in a map."""
    match change.kind:
        case ChangeKind.TOKEN_REVOKED | ChangeKind.API_TOKEN_REMOVED:
            return change.key if _DIGEST.fullmatch(change.key) else None
        case ChangeKind.API_TOKEN_ADDED:
            return change.key if _DIGEST.fullmatch(change.key) and _is_packed(change.value) else None
        case ChangeKind.ADDRESS_BLOCKED | ChangeKind.ADDRESS_CLEARED:
            try:
                return str(ip_network(change.key, strict=False))
            except ValueError:
                return None
        case ChangeKind.SUBJECT_STEP_UP:
            return change.key if _WORD.fullmatch(change.key) and change.value.isdecimal() else None
        case _:
            return change.key if _WORD.fullmatch(change.key) else None


def configuration_number(changes: Iterable[Change]) -> int | None:
    """The number of the last change that concerns policy or keys."""
    return max((change.number for change in changes if change.kind in CONFIGURATION_KINDS), default=None)


def _is_packed(value: str) -> bool:
    try:
        return AccessFacts.unpack(value).pack() == value
    except ValueError:
        return False


def _margin(kind: ChangeKind) -> int:
    """A block of an address ends on the second; what keeps a token out may stay a little longer."""
    return 0 if kind is ChangeKind.ADDRESS_BLOCKED else _MARGIN
