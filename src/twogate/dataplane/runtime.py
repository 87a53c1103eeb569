"""The runtime API of HAProxy, spoken through the master's socket (HAProxy management guide, sections 9.3 and 9.4).

Decides how commands are worded, cut into pieces that fit ``tune.bufsize``, and how answers become values or errors.
Going through the master reaches every worker by its PID, also old ones that still drain connections after a
reload. Which entries belong into which map is left to ``gate``.
"""

import asyncio
import codecs
import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twogate.dataplane.faults import (
    EntryMissingError,
    MapUnknownError,
    ReloadError,
    RuntimeApiError,
    RuntimeUnavailableError,
    WorkerGoneError,
)

CHUNK = 8000
"""Bytes in one command: half of the default ``tune.bufsize`` (16384), less what HAProxy reserves for itself."""

_SAFE = re.compile(r"[\x21-\x7e]+")
_NO_TARGET = b"Can't find the target PID"
_TAIL = 400
_ENTRY_LINE = re.compile(r"^0x[0-9a-f]+ (\S+) ?(.*)$")
_NEW_VERSION = re.compile(r"New version created: (\d+)")
_TABLE_LINE = re.compile(r"^0x[0-9a-f]+: (.*)$")


Keep = Callable[[str, str], bool]


def _everything(_key: str, _value: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Worker:
    """One HAProxy worker process. ``current`` takes new connections; the others only finish theirs."""

    pid: int
    current: bool
    reloads: int


class RuntimeApi:
    """Short connections to the master socket, one for each command: 0.4 ms, and nothing to reconnect."""

    def __init__(self, master_socket: Path, *, timeout: float = 5.0) -> None:
        self._socket = str(master_socket)
        self._timeout = timeout

    # ------------------------------------------------------------- processes
    async def workers(self) -> tuple[Worker, ...]:
        """Every worker alive, the current one first.

        Raises:
            RuntimeUnavailableError: no master answers.
        """
        found: list[Worker] = []
        current = True
        for line in (await self._ask("show proc")).splitlines():
            if line.startswith("# old workers"):
                current = False
            elif not line.startswith("#"):
                parts = line.split()
                if len(parts) > 2 and parts[1] == "worker":  # noqa: PLR2004  # PID, type, reloads
                    found.append(Worker(int(parts[0]), current=current, reloads=int(parts[2])))
        return tuple(found)

    async def reload(self) -> None:
        """Have the master load its configuration anew; returns when the new worker has taken over.

        Raises:
            ReloadError: it did not; the old worker goes on.
        """
        try:
            answer = await self._ask("reload", timeout=60)
        except RuntimeUnavailableError as error:
            raise ReloadError("HAProxy's master did not answer to a reload") from error
        if not answer.startswith("Success=1"):
            alerts = [line for line in answer.splitlines() if "[ALERT]" in line]
            raise ReloadError(f"HAProxy kept its old configuration: {alerts[0] if alerts else answer[:200].strip()}")

    async def info(self, pid: int) -> dict[str, str]:
        """``show info`` of one worker."""
        lines = (await self.command(pid, "show info")).splitlines()
        return dict(line.split(": ", 1) for line in lines if ": " in line)

    # ------------------------------------------------------------- maps
    async def show_map(self, pid: int, name: str, *, keep: Keep = _everything) -> list[tuple[str, str]]:
        """The entries of a map as (key, value) that ``keep`` wants, read piece by piece: it may be a large one.

        Raises:
            MapUnknownError: no such map.
        """
        found: list[tuple[str, str]] = []
        rest = ""

        def take(piece: str) -> None:
            nonlocal rest
            *lines, rest = (rest + piece).split("\n")
            for line in lines:
                entry = _ENTRY_LINE.match(line)
                if entry is None:
                    _raise_for(line)
                elif keep(entry[1], entry[2]):
                    found.append((entry[1], entry[2]))

        await self._exchange(f"@!{pid} show map {_word(name)}", take, timeout=60)
        return found

    async def add(self, pid: int, name: str, entries: Iterable[tuple[str, str]]) -> None:
        """Add entries by payload, in as many commands as the buffer needs. A key already there is doubled."""
        target = " ".join(_word(part) for part in name.split(" ", 1))
        for chunk in _chunks(f"{_word(key)} {_value(value)}" for key, value in entries):
            lines = "\n".join(chunk)
            _raise_for(await self.command(pid, f"add map {target} <<\n{lines}\n"))

    async def replace(self, pid: int, name: str, entries: Sequence[tuple[str, str]]) -> None:
        """Change the value of keys; a key that is missing after all is added."""
        commands = [f"set map {_word(name)} {_word(key)} {_escaped(value)}" for key, value in entries]
        try:
            await self._each(pid, commands)
        except EntryMissingError:
            for (key, value), command in zip(entries, commands, strict=True):
                try:
                    await self._each(pid, [command])
                except EntryMissingError:
                    await self.add(pid, name, [(key, value)])

    async def delete(self, pid: int, name: str, keys: Iterable[str]) -> None:
        """Delete keys; one that is not there is as good as deleted."""
        with contextlib.suppress(EntryMissingError):
            await self._each(pid, [f"del map {_word(name)} {_word(key)}" for key in keys])

    async def exchange(self, pid: int, name: str, entries: Iterable[tuple[str, str]]) -> None:
        """Put these entries in place of all others, in one step: no lookup meets an empty map in between."""
        answer = await self.command(pid, f"prepare map {_word(name)}")
        found = _NEW_VERSION.search(answer)
        if found is None:
            _raise_for(answer)
            raise RuntimeApiError("HAProxy prepared no new version of a map")
        await self.add(pid, f"@{found[1]} {_word(name)}", entries)
        _raise_for(await self.command(pid, f"commit map @{found[1]} {_word(name)}"))

    # ------------------------------------------------------------- tables
    async def show_table(self, pid: int, name: str) -> list[dict[str, str]]:
        """Entries of a stick-table: ``key``, ``use``, ``exp`` and the stored counters."""
        text = await self.command(pid, f"show table {_word(name)}")
        if not text.startswith("# table:"):
            raise RuntimeApiError(f"HAProxy has no table {name}")
        rows = (_TABLE_LINE.match(line) for line in text.splitlines())
        return [dict(part.split("=", 1) for part in row[1].split() if "=" in part) for row in rows if row]

    # ------------------------------------------------------------- the wire
    async def command(self, pid: int, text: str, *, timeout: float | None = None) -> str:
        """Send one command to one worker and return its answer."""
        return await self._ask(f"@!{pid} {text}", timeout=timeout)

    async def _each(self, pid: int, commands: Sequence[str]) -> None:
        """Send commands that answer nothing when they succeed, many on one connection; then raise the first error."""
        error: RuntimeApiError | None = None
        for chunk in _chunks(commands):
            try:
                lines = "\n".join(f"@!{pid} {command}" for command in chunk)
                _raise_for(await self._ask(lines, expected=len(chunk)))
            except EntryMissingError as missing:
                error = missing
        if error is not None:
            raise error

    async def _ask(self, text: str, *, timeout: float | None = None, expected: int = 1) -> str:
        pieces: list[str] = []
        await self._exchange(text, pieces.append, timeout=timeout or self._timeout)
        answer = "".join(pieces)
        if answer.count("\n") < expected:  # every command is answered with a line at least: the master was replaced
            raise RuntimeUnavailableError("HAProxy's runtime socket closed before it had answered")
        return answer

    async def _exchange(self, text: str, take: Callable[[str], None], *, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_unix_connection(self._socket)
                try:
                    writer.write(text.encode() + b"\n")
                    await writer.drain()
                    writer.write_eof()
                    await _read(reader, take)
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        except TimeoutError as error:
            raise RuntimeUnavailableError("HAProxy's runtime socket does not answer in time") from error
        except OSError as error:
            raise RuntimeUnavailableError(f"HAProxy's runtime socket is not there: {error.strerror}") from error


async def _read(reader: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    """Read to the end; a master that knows no such PID says so and then keeps the connection open."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    first = True
    while chunk := await reader.read(65536):
        if _NO_TARGET in (chunk if first else chunk[-_TAIL:]):
            raise WorkerGoneError("that worker has ended")
        first = False
        take(decoder.decode(chunk))


def _raise_for(answer: str) -> None:
    """Turn the text HAProxy answers with when a map command fails into an error; success is silent."""
    text = answer.strip()
    if not text:
        return
    lowered = text.lower()
    if "unknown map" in lowered or "unknown acl" in lowered:
        raise MapUnknownError(text.splitlines()[0])
    if "not found" in lowered:
        raise EntryMissingError(text.splitlines()[0])
    raise RuntimeApiError(f"HAProxy refused a runtime command: {text.splitlines()[0][:200]}")


def _chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for line in lines:
        if chunk and size + len(line) + 16 > CHUNK:  # 16: the "@!PID " in front and the line end
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line) + 16
    if chunk:
        yield chunk


def _word(text: str) -> str:
    """Return a name or key that is one word of the runtime language: nothing in it can start another command."""
    if not _SAFE.fullmatch(text) or any(sign in text for sign in ";\\\"'<#") or len(text) > 1024:  # noqa: PLR2004
        raise RuntimeApiError("a map name or key holds characters that the runtime API reads as its own")
    return text


def _escaped(text: str) -> str:
    """A value as an argument, where a blank would end it; in a payload it stands as it is."""
    return _value(text).replace(" ", "\\ ")


def _value(text: str) -> str:
    """Return a value: it runs to the end of the line, so only line ends and the separators are barred."""
    if not text or any(not " " <= sign <= "~" or sign in ";\\" for sign in text) or len(text) > CHUNK // 2:
        raise RuntimeApiError("a map value holds characters that the runtime API reads as its own")
    return text
