"""The operator's collection of stolen passwords, asked by hash and read from disk where it lies.

Decides the two forms it may have, those of the "Pwned Passwords" downloads: one file of lines ``SHA1:count`` sorted by
hash, searched by halving; or a folder of range files named after the first five digits (k-anonymity), each with lines
``REST:count``. Neither is loaded: the whole collection has some forty gigabytes. Nothing is asked over the network.
"""

import re
from pathlib import Path
from typing import BinaryIO

from twogate.settings.mistakes import Mistake, SettingsInvalid

_PREFIX = 5
_DIGITS = 40
_LINE = re.compile(rb"([0-9A-Fa-f]{35,40}):([0-9]{1,12})\r?\n?")
_LONGEST_LINE = 64
_LARGEST_RANGE = 1 << 20  # bytes; a real one has some 40,000


class BreachFile:
    """One sorted file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seen(self, sha1: str) -> int | None:
        wanted = sha1.upper().encode()
        try:
            with self._path.open("rb") as file:
                return _search(file, wanted)
        except OSError:
            return None


class BreachFolder:
    """One file for each five digits, ``0018A`` or ``0018A.txt``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seen(self, sha1: str) -> int | None:
        prefix, rest = sha1.upper()[:_PREFIX], sha1.upper()[_PREFIX:].encode()
        for name in (prefix, f"{prefix}.txt"):
            try:
                with (self._path / name).open("rb") as file:
                    lines = file.read(_LARGEST_RANGE).splitlines()
            except FileNotFoundError:
                continue
            except OSError:
                return None
            return next((count for found, count in map(_parsed, lines) if found == rest), 0)
        return 0 if self._path.is_dir() else None


def breaches(path: Path) -> BreachFile | BreachFolder:
    """Open a collection.

    Raises:
        SettingsInvalid: it is not there, or is not of one of the two forms.
    """
    if path.is_dir():
        return BreachFolder(path)
    try:
        with path.open("rb") as file:
            first = _parsed(file.readline(_LONGEST_LINE))[0]
    except OSError:
        raise SettingsInvalid(Mistake(str(path), "cannot read the collection of stolen passwords")) from None
    if len(first) != _DIGITS:
        hint = "a file of lines SHA1:count sorted by hash, or a folder of range files"
        raise SettingsInvalid(Mistake(str(path), "is no collection of stolen passwords", hint))
    return BreachFile(path)


def _search(file: BinaryIO, wanted: bytes) -> int:
    """Halve the file until the line is found or no line is left between the bounds."""
    low, high = 0, file.seek(0, 2)  # the line sought begins at ``low`` or later, and before ``high``
    while low < high:
        middle = (low + high) // 2
        start = _line_start(file, middle, low)
        file.seek(start)
        line = file.readline(_LONGEST_LINE)
        found, count = _parsed(line)
        if found == wanted:
            return count
        if found < wanted:
            low = start + len(line)
        else:
            high = start
    return 0


def _line_start(file: BinaryIO, position: int, low: int) -> int:
    """Where the line around a position begins, not before ``low``."""
    begin = max(low, position - _LONGEST_LINE)
    file.seek(begin)
    before = file.read(position - begin)
    newline = before.rfind(b"\n")
    return begin if newline < 0 else begin + newline + 1


def _parsed(line: bytes) -> tuple[bytes, int]:
    """Hash and count of a line; nothing and none of what is no such line."""
    match = _LINE.fullmatch(line)
    return (match[1].upper(), int(match[2])) if match else (b"", 0)
