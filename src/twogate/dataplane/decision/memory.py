"""What the change feed has told this process, ready to be asked about one request.

Decides how a change reaches a decision: noted on disk, then taken over in one step between two requests, so that
whatever is decided after the acknowledgement knows of it. How changes add up is ``dataplane.holdings``.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from twogate.dataplane.decision.network_table import NetworkTable
from twogate.dataplane.holdings import Holdings, MapWrite
from twogate.dataplane.spool import Spool
from twogate.rules.haproxy import maps
from twogate.rules.policy.request import Address
from twogate.terms.changes import Change, Snapshot

log = structlog.get_logger(__name__)

_COMPACT_AFTER = 20_000  # noted changes; then the spool's snapshot is written anew


class Memory:
    """The facts in force, as dictionaries."""

    def __init__(self, spool: Spool) -> None:
        self.holdings = Holdings()
        self._spool = spool
        self._lines: dict[str, dict[str, str]] = {name: {} for name in maps.RUNTIME_MAPS}
        self._addresses = NetworkTable()

    # ------------------------------------------------------------- news
    async def take(self, changes: Sequence[Change]) -> None:
        """Bring changes into force."""
        self._spool.append(changes)
        refused = self.holdings.refused
        for change in changes:
            self._write(self.holdings.apply(change))
        if self.holdings.refused > refused:
            log.error("changes_without_sense", count=self.holdings.refused - refused)

    async def start_over(self, snapshot: Snapshot) -> None:
        """Replace everything known by a snapshot."""
        await asyncio.to_thread(self._spool.save, snapshot)
        self._write(self.holdings.replace(snapshot))

    def recall(self, snapshot: Snapshot, changes: Iterable[Change]) -> None:
        """Take over what the spool kept."""
        self._write(self.holdings.replace(snapshot))
        for change in changes:
            self._write(self.holdings.apply(change))

    def sweep(self, now: int, *, configuration: tuple[int, Snapshot] | None = None) -> None:
        """Forget what has run out at ``now`` (NumericDate)."""
        self._write(self.holdings.expire(now))
        if configuration is not None and self._spool.appended > _COMPACT_AFTER:
            version, known = configuration
            held = self.holdings
            self._spool.save(Snapshot(held.number, version, known.policy_toml, known.keys, held.changes()))

    # ------------------------------------------------------------- questions
    def api_token(self, digest: str) -> str | None:
        """The packed facts of an opaque API token."""
        return self._lines[maps.TOKENS].get(digest)

    def revoked(self, digest: str, grant: str) -> bool:
        """Whether this very token, or everything under its grant, is revoked."""
        return digest in self._lines[maps.CLAIMS] or grant in self._lines[maps.GRANTS]

    def note(self, subject: str) -> tuple[bool, int]:
        """Whether a subject is blocked, and how young its proof must be (NumericDate, 0 = any)."""
        note = self._lines[maps.SUBJECTS].get(subject)
        if note is None:
            return False, 0
        return (True, 0) if note == maps.BLOCKED else (False, int(note.removeprefix(maps.SINCE)))

    def address_blocked(self, address: Address) -> bool:
        return self._addresses.get(address) is not None

    def _write(self, writes: Iterable[MapWrite]) -> None:
        for write in writes:
            if write.map == maps.ADDRESSES:
                self._addresses.put(write.key, write.value)
            elif write.value is None:
                self._lines[write.map].pop(write.key, None)
            else:
                self._lines[write.map][write.key] = write.value
