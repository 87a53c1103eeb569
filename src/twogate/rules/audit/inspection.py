"""An auditor's walk along the chain: row by row, head by head, to a report.

Decides what counts as tampering and which index is named. Rows come in the order of their index; everything found is
reported, the first one first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from twogate.rules.audit.chain import START, Head, Keys, Link, Place, follow

_MOST_FAULTS = 100
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Tampering(StrEnum):
    """What can be wrong with a log."""

    ALTERED = "altered"  # the row is not the one that was sealed here
    MISSING = "missing"  # there is no row with this index
    OUT_OF_ORDER = "out_of_order"  # the row comes again, or before its turn
    REWRITTEN = "rewritten"  # a signed head says another digest: the chain was built anew from about here
    TRUNCATED = "truncated"  # heads know of rows that are not there
    HEAD_FORGED = "head_forged"  # a head bears no signature of a trusted key
    UNSIGNED = "unsigned"  # rows, and no head at all


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and at which index."""

    index: int
    tampering: Tampering
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found."""

    rows: int
    signed_until: int  # the last index a trusted head vouches for
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


class Inspection:
    """Give it every row in turn, then ask for the report."""

    def __init__(self, heads: Iterable[Head], keys: Keys) -> None:
        self._faults: list[Fault] = []
        self._heads: dict[int, set[str]] = {}
        for head in heads:
            if keys.vouch_for(head):
                self._heads.setdefault(head.index, set()).add(head.digest)
            else:
                self._note(head.index, Tampering.HEAD_FORGED, "no trusted key has signed this head")
        self._before: Place | None = START  # None: the row before is missing, so its digest is not known
        self._last = 0
        self._rows = 0
        self._signed_until = 0

    def see(self, link: Link) -> None:
        """Look at the next row."""
        self._rows += 1
        index = link.place.index
        if index <= self._last:
            self._note(index, Tampering.OUT_OF_ORDER, f"it comes after index {self._last}")
            return
        if index > self._last + 1:
            self._note(self._last + 1, Tampering.MISSING, f"the next row is index {index}")
            self._before = None
        if self._before is not None and follow(self._before, link.row) != link.place:
            self._note(index, Tampering.ALTERED, "the row, or the digest before it, is not the one sealed here")
        self._last = index
        self._before = link.place if _DIGEST.fullmatch(link.place.digest) else None
        self._compare(link.place)

    def report(self) -> Report:
        """Close the walk: what heads know of must have been seen."""
        beyond = [index for index in self._heads if index > self._last]
        if beyond:
            self._note(self._last + 1, Tampering.TRUNCATED, f"a signed head knows of rows up to {max(beyond)}")
        if self._rows and not self._heads:
            self._note(1, Tampering.UNSIGNED, "no head vouches for any row")
        faults = sorted(self._faults, key=lambda fault: fault.index)
        return Report(rows=self._rows, signed_until=self._signed_until, faults=tuple(faults))

    def _compare(self, place: Place) -> None:
        said = self._heads.get(place.index)
        if said is None:
            return
        if said == {place.digest}:
            self._signed_until = place.index
            return
        first = self._signed_until + 1
        detail = f"a signed head disagrees at index {place.index}: rows from {first} on are not the ones it signed"
        self._note(first, Tampering.REWRITTEN, detail)

    def _note(self, index: int, tampering: Tampering, detail: str) -> None:
        if len(self._faults) < _MOST_FAULTS:
            self._faults.append(Fault(index, tampering, detail))
