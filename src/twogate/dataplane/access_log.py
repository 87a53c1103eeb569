"""Intake of HAProxy's access log: one JSON line for each request, into files by the hour.

Decides how lines are kept and found again. HAProxy's ``ring`` connects here and sends lines; a ring that overflows
says so in a line of its own, which is counted. A request id begins with its time in hexadecimal microseconds, so that
finding it means reading one or two files. What a line says is decided by ``rules.haproxy``.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from twogate.dataplane.edge_config import Retention
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

LONGEST_LINE = 65_536
_FLUSH_EVERY = 0.2
_FLUSH_BYTES = 1_048_576
_DROPPED = re.compile(rb"(\d+) events? dropped")
_REQUEST_ID = re.compile(r"[0-9A-Fa-f-]{8,64}")
_TIMED_ID = re.compile(r"([0-9A-Fa-f]{16})-[0-9A-Fa-f]{8}")  # microseconds since the epoch, a random number
_FAR_FUTURE = 2**33  # the year 2242
_FILE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)(?:\.(\d+))?\.jsonl")


@dataclass(slots=True)
class Counts:
    """What happened to lines since the start."""

    taken: int = 0
    bad: int = 0  # no JSON object, or too long
    dropped: int = 0  # HAProxy said that its ring was full
    unwritten: int = 0  # the disk did not take them


class AccessLog:
    """A listener on a unix socket and the file that is written now."""

    def __init__(self, directory: Path, retention: Retention, clock: Clock) -> None:
        self.counts = Counts()
        self._directory = directory
        self._retention = retention
        self._clock = clock
        self._buffer = bytearray()
        self._hour = ""
        self._path: Path | None = None
        self._size = 0
        self._connections: set[asyncio.Task[None]] = set()

    async def run(self, socket: Path) -> None:
        """Listen until cancelled; what is in the buffer is written at the end."""
        await asyncio.to_thread(self._prepare, socket)
        server = await asyncio.start_unix_server(self._take, str(socket), limit=LONGEST_LINE)
        try:
            while True:
                await asyncio.sleep(_FLUSH_EVERY)
                self.flush()
        finally:
            server.close()
            for connection in tuple(self._connections):
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            self.flush()

    def _prepare(self, socket: Path) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        socket.unlink(missing_ok=True)

    def facts(self) -> dict[str, int]:
        """The counts, for status and metrics."""
        return asdict(self.counts)

    # ------------------------------------------------------------- taking
    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
        rest = b""
        try:
            while chunk := await reader.read(262_144):
                rest = self.feed(rest + chunk)
        except OSError as error:
            log.debug("log_connection_lost", error=str(error))
        finally:
            if rest:
                self.counts.bad += 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            if task is not None:
                self._connections.discard(task)

    def feed(self, data: bytes) -> bytes:
        """Take whole lines; return the piece that has no end yet."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            if line.startswith(b"{") and line.endswith(b"}") and len(line) <= LONGEST_LINE:
                self._buffer += line
                self._buffer += b"\n"
                self.counts.taken += 1
            elif line.strip():
                self._strange(line)
        if len(rest) > LONGEST_LINE:
            self.counts.bad += 1
            rest = b""
        if len(self._buffer) >= _FLUSH_BYTES:
            self.flush()
        return rest

    def _strange(self, line: bytes) -> None:
        dropped = _DROPPED.search(line)
        if dropped:
            self.counts.dropped += int(dropped[1])
            log.warning("access_log_lines_dropped", count=int(dropped[1]))
        else:
            self.counts.bad += 1

    # ------------------------------------------------------------- writing
    def flush(self) -> None:
        """Append the buffer to the file of this hour; a full disk costs lines, never the gateway."""
        if not self._buffer:
            return
        try:
            path = self._current()
            with path.open("ab") as stream:
                stream.write(self._buffer)
        except OSError as error:
            self.counts.unwritten += self._buffer.count(b"\n")
            log.error("access_log_unwritten", error=error.strerror, total=self.counts.unwritten)  # noqa: TRY400
        else:
            self._size += len(self._buffer)
        self._buffer.clear()

    def _current(self) -> Path:
        hour = self._clock.now().utc().strftime("%Y-%m-%dT%H")
        if self._path is not None and hour == self._hour and self._size < self._retention.file_bytes:
            return self._path
        parts = [number for of_hour, number, _ in _files(self._directory) if of_hour == hour]
        number = max(parts, default=0)
        path = _path(self._directory, hour, number)
        size = path.stat().st_size if path.exists() else 0
        if size >= self._retention.file_bytes:
            path, size = _path(self._directory, hour, number + 1), 0
        if not path.exists():
            path.touch(mode=0o600)
        self._hour, self._path, self._size = hour, path, size
        self._forget(keep=path)
        return path

    def _forget(self, *, keep: Path) -> None:
        """Remove files past their days, then the oldest ones until the rest fits."""
        oldest = self._clock.now().plus(-self._retention.days * 86_400).utc().strftime("%Y-%m-%dT%H")
        files = [(hour, path, path.stat().st_size) for hour, _, path in _files(self._directory)]
        total = sum(size for _, _, size in files)
        for hour, path, size in files:
            if path != keep and (hour < oldest or total > self._retention.total_bytes):
                path.unlink(missing_ok=True)
                total -= size


def find(directory: Path, request_id: str) -> dict[str, Any] | None:
    """Return the log line of a request, or None when it is not (or no longer) there.

    An id that begins with its time is looked for in the files from then on, another one in all, newest first.
    """
    if not _REQUEST_ID.fullmatch(request_id):
        return None
    at = request_time(request_id)
    files = _files(directory)
    if at is None:
        chosen = [path for _, _, path in reversed(files)]
    else:  # the id is made when a request begins, its line when it ends, perhaps in a later hour
        first = datetime.fromtimestamp(at - 5, tz=UTC).strftime("%Y-%m-%dT%H")
        chosen = [path for hour, _, path in files if hour >= first]
    needle = json.dumps(request_id).encode()
    for path in chosen:
        with contextlib.suppress(OSError):
            for line in _lines_with(path, needle):
                with contextlib.suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict) and found.get("rid") == request_id:
                        return found
    return None


def request_time(request_id: str) -> int | None:
    """When the request with this id began, in seconds; None when the id does not say."""
    found = _TIMED_ID.fullmatch(request_id)
    seconds = int(found[1], 16) // 1_000_000 if found else 0
    return seconds if 0 < seconds < _FAR_FUTURE else None


def _lines_with(path: Path, needle: bytes) -> Iterator[bytes]:
    """The lines of a file that hold some bytes, found without cutting the file into lines."""
    with path.open("rb") as stream:
        rest = b""
        while block := stream.read(4_194_304):
            data = rest + block
            end = data.rfind(b"\n") + 1
            rest, data = data[end:], data[:end]
            at = data.find(needle)
            while at >= 0:
                stop = data.find(b"\n", at)
                yield data[data.rfind(b"\n", 0, at) + 1 : stop]
                at = data.find(needle, stop)


def _path(directory: Path, hour: str, number: int) -> Path:
    return directory / (f"{hour}.{number}.jsonl" if number else f"{hour}.jsonl")


def _files(directory: Path) -> list[tuple[str, int, Path]]:
    """The log files, oldest first."""
    found = ((_FILE.fullmatch(path.name), path) for path in directory.glob("*.jsonl"))
    return sorted((match[1], int(match[2] or 0), path) for match, path in found if match)
