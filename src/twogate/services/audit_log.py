"""The audit log's keeper: seals rows into the hash chain, signs where it stands, anchors that outside the database.

Decides when a batch is sealed and what an auditor is given. Events are appended by whoever makes them happen, in
their own transaction; what a digest covers is for ``rules.audit.chain``, what counts as tampering for
``rules.audit.inspection``.
"""

import asyncio
import json
import os
import pathlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any

import structlog

from twogate.rules.audit.chain import Head, Keys, Link, Place, canonical, follow, sign
from twogate.rules.audit.inspection import Inspection, Report
from twogate.services.signing_keys import new_key
from twogate.store.audit_chain import AuditKey
from twogate.store.unit import AuditRow, Conflict, Store, StoreUnavailable, Unit
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy

BATCH = 1000  # rows sealed in one transaction
PAUSE = 1.0  # seconds between two looks
ANCHOR_EVERY = 10.0  # seconds between two lines of the anchor file, at least
_PAGE = 2000
_log = structlog.get_logger("twogate.audit")


class AnchorUnwritable(Exception):  # noqa: N818  # a state of the disk, told to the operator
    """The anchor file cannot be written or read."""


class AuditLog:
    """Seals, anchors, exports and verifies the audit log of one store."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, *, anchor: pathlib.Path) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._anchor = anchor
        self._to_anchor: Head | None = None
        self._anchored: Instant | None = None

    async def run(self) -> None:
        """Seal for ever. A fault is told and tried again: no row is lost by waiting."""
        while True:
            sealed = 0
            try:
                sealed = await self.seal()
                await self.anchor()
            except (StoreUnavailable, Conflict, AnchorUnwritable) as fault:
                _log.error("audit log not sealed", fault=str(fault))
            if sealed < BATCH:
                await self._clock.sleep(PAUSE)

    async def close(self) -> None:
        """Seal what is left and anchor where the chain ends."""
        while await self.seal():
            pass
        await self.anchor(at_once=True)

    async def seal(self) -> int:
        """Give every waiting row its place, up to a batch; sign the last one. Returns how many there were."""
        async with self._store.read() as unit:
            if not await unit.chain.unsealed(limit=1):
                return 0
        now = self._clock.now()
        async with self._store.work() as unit:
            await unit.alone("audit_chain")
            rows = await unit.chain.unsealed(limit=BATCH)
            if not rows:  # another process was faster
                return 0
            key = await self._key(unit, now)
            place = await unit.chain.end()
            places = [(row.id, place := follow(place, body(row))) for row in rows]
            await unit.chain.place(places)
            head = sign(place, now, kid=key.kid, private_pem=key.private_pem)
            await unit.chain.add_head(head)
        self._to_anchor = head
        return len(rows)

    async def anchor(self, *, at_once: bool = False) -> None:
        """Write the newest head to the anchor file, at most every few seconds.

        Raises:
            AnchorUnwritable: the file cannot be written; the head is kept and tried again.
        """
        head, now = self._to_anchor, self._clock.now()
        if head is None or (not at_once and self._anchored and now.since(self._anchored) < ANCHOR_EVERY):
            return
        await asyncio.to_thread(_append, self._anchor, head)
        self._anchored = now
        if self._to_anchor is head:
            self._to_anchor = None

    async def public_keys(self) -> tuple[str, ...]:
        """What an auditor needs to check heads, in PEM."""
        async with self._store.read() as unit:
            return tuple(await unit.chain.public_keys())

    async def verify(self, public_keys: Sequence[str] = ()) -> Report:
        """Inspect the store against its own heads and the anchor.

        Without ``public_keys`` the store's own are trusted: then only the anchor shows a wholly forged log.
        """
        keys = Keys(*(public_keys or await self.public_keys()))
        heads = [head async for head in self._heads()]
        inspection = Inspection([*heads, *read_anchor(self._anchor)], keys)
        async for link in self._links():
            inspection.see(link)
        return inspection.report()

    async def export(self, target: pathlib.Path) -> int:
        """Write every sealed row and every head as JSON lines; returns the number of rows."""
        rows = 0
        with target.open("wb") as file:
            async for link in self._links():
                file.write(canonical(_line(link)) + b"\n")
                rows += 1
            async for head in self._heads():
                file.write(canonical({"head": head.to_json()}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return rows

    async def _key(self, unit: Unit, now: Instant) -> AuditKey:
        key = await unit.chain.key()
        if key is None:
            private_pem, public_pem, kid = new_key(self._entropy)
            key = AuditKey(kid=kid, private_pem=private_pem, public_pem=public_pem, created=now)
            await unit.chain.add_key(key)
            facts = {"kid": kid, "anchor": self._anchor.name}
            await unit.audit.append(Event.SYSTEM_AUDIT_ANCHORED, at=now, actor="system", subject="audit", facts=facts)
        return key

    async def _links(self) -> AsyncIterator[Link]:
        after, more = -1, True
        while more:
            async with self._store.read() as unit:
                rows = await unit.chain.sealed(after=after, limit=_PAGE)
            for row in rows:
                after = row.index or 0
                yield Link(Place(after, row.digest), body(row))
            more = bool(rows)

    async def _heads(self) -> AsyncIterator[Head]:
        after, more = 0, True
        while more:
            async with self._store.read() as unit:
                heads = await unit.chain.heads(after=after, limit=_PAGE)
            for head in heads:
                after = head.index
                yield head
            more = bool(heads)


def body(row: AuditRow) -> dict[str, Any]:
    """What of a row the chain covers: everything but its place."""
    return {
        "id": row.id,
        "at": int(row.at),
        "event": str(row.event),
        "actor": row.actor,
        "subject": row.subject,
        "request_id": row.request_id,
        "address": row.address,
        "facts": row.facts,
    }


def verify_file(export: pathlib.Path, *, anchor: pathlib.Path | None, public_keys: Sequence[str]) -> Report:
    """Inspect an exported log without any database.

    Raises:
        ValueError: the file is not an export; the line is named.
        OSError: a file cannot be read.
    """
    anchored = list(read_anchor(anchor)) if anchor else []
    heads = [line for line in _read_export(export) if isinstance(line, Head)]
    inspection = Inspection([*heads, *anchored], Keys(*public_keys))
    for line in _read_export(export):
        if isinstance(line, Link):
            inspection.see(line)
    return inspection.report()


def read_anchor(path: pathlib.Path) -> Iterable[Head]:
    """The heads of an anchor file; none where there is no file. A last line cut short by a crash is left out.

    Raises:
        ValueError: a line is not a head.
    """
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    heads = []
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            heads.append(Head.from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name} line {number}: not a head of the audit chain") from error
    return heads


def _line(link: Link) -> dict[str, Any]:
    return {"index": link.place.index, "digest": link.place.digest, "row": link.row}


def _read_export(path: pathlib.Path) -> Iterator[Link | Head]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                raw = json.loads(line)
                if "head" in raw:
                    yield Head.from_json(raw["head"])
                else:
                    yield Link(Place(int(raw["index"]), str(raw["digest"])), dict(raw["row"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name} line {number}: not a line of an exported audit log") from error


def _append(path: pathlib.Path, head: Head) -> None:
    """Append one line and see it on the disk; a line that a crash cut short is ended first."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            if torn:
                os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)
            os.write(descriptor, canonical(head.to_json()) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise AnchorUnwritable(f"{path}: {error.strerror or error}") from error
