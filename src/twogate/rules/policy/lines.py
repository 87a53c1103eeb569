"""The line on which each value of a TOML document stands (TOML 1.0.0).

Decides the line of every table, key and array element of a document that ``tomllib`` has accepted.
It reads no values: strings, numbers and dates are only stepped over.
"""

import re
from dataclasses import dataclass, field

Place = tuple[str | int, ...]
"""The way to a value from the top of the document: keys, and numbers of array elements from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\s,\]}#][^,\]}#\n]*")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines by place. A place that is not in the document has the line of what encloses it."""

    known: dict[Place, int] = field(default_factory=dict)

    def of(self, place: Place) -> int:
        while place and place not in self.known:
            place = place[:-1]
        return self.known.get(place, 1)


def locate(text: str) -> Lines:
    """Return where everything stands in a well-formed document."""
    reader = _Reader(text)
    reader.document()
    return Lines(reader.known)


class _Reader:
    """Walks a document once, from its first character to its last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.known: dict[Place, int] = {}
        self.arrays: dict[Place, int] = {}  # how many tables an array of tables has so far

    def document(self) -> None:
        table: Place = ()
        while self._blank():
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text[self.at] == "[":
                table = self._header(1)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> Place:
        line = self.line
        self.at += brackets
        keys = self._key()
        self.at += brackets
        place: Place = ()
        for key in keys[:-1]:
            place = self._newest((*place, key))
        place = (*place, keys[-1])
        if brackets == 2:  # noqa: PLR2004  # [[table]]
            number = self.arrays.get(place, 0)
            self.arrays[place] = number + 1
            self.known.setdefault(place, line)
            place = (*place, number)
        else:
            place = self._newest(place)
        self.known.setdefault(place, line)
        return place

    def _newest(self, place: Place) -> Place:
        """A header that names an array of tables means its newest one."""
        return (*place, self.arrays[place] - 1) if place in self.arrays else place

    def _pair(self, table: Place) -> None:
        line = self.line
        place = table
        for key in self._key():
            place = (*place, key)
            self.known.setdefault(place, line)
        self.at += 1  # the equals sign
        self._blank()
        self._value(place)

    def _key(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._step(_SPACE)
            quoted = self.text[self.at] in "\"'"
            word = self._step(_STRING if quoted else _BARE_KEY)
            keys.append(word[1:-1] if quoted else word)
            self._step(_SPACE)
            if self.text[self.at] != ".":
                return tuple(keys)
            self.at += 1

    def _value(self, place: Place) -> None:
        self.known[place] = self.line
        match self.text[self.at]:
            case "[":
                self._array(place)
            case "{":
                self._inline_table(place)
            case '"' | "'":
                self._step(_STRING)
            case _:
                self._step(_PLAIN)

    def _array(self, place: Place) -> None:
        self.at += 1
        number = 0
        while self._blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._value((*place, number))
            number += 1
        self.at += 1

    def _inline_table(self, place: Place) -> None:
        self.at += 1
        while self._blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(place)
        self.at += 1

    def _blank(self) -> bool:
        """Step over blanks, line ends and comments; say whether anything is left."""
        self._step(_BLANK)
        return self.at < len(self.text)

    def _step(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError("not the document that tomllib accepted")
        word = found[0]
        self.line += word.count("\n")
        self.at = found.end()
        return word
