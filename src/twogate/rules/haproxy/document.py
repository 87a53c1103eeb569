"""A HAProxy configuration as a tree: sections of directives, directives of words.

Decides how a word is quoted, here and nowhere else, so that nothing from a policy can end a word, a line or a
section (HAProxy configuration manual, section 2.2 "Quoting and escaping"). What is said is left to ``emit``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from twogate.rules.haproxy.site import GatewayRefusedError

MAX_WORDS = 64
"""HAProxy's MAX_LINE_ARGS."""

MAX_LINE = 2000
"""HAProxy's LINESIZE is 2048."""

_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@,%|=+*~()\[\]{}<>!?&;^-]+")


@dataclass(frozen=True, slots=True)
class Word:
    """Exactly one word, whatever it holds."""

    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """One line."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """One line for the reader."""

    text: str


Line = Directive | Comment


@dataclass(frozen=True, slots=True)
class Section:
    """``global``, ``frontend public``, ``backend payments.aal2`` ... and what is in it."""

    head: Directive
    lines: tuple[Line, ...]


def say(*parts: str | Word) -> Directive:
    """Make a directive: a ``str`` is source text and is cut at blanks, a ``Word`` stays one word."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, Word):
            words.append(part.text)
        else:
            words.extend(part.split())
    return Directive(tuple(words))


def section(head: str, *lines: Line) -> Section:
    """Make a section."""
    return Section(say(head), lines)


@lru_cache(maxsize=8192)  # a configuration says the same few words over and over
def quoted(word: str) -> str:
    """Write a word so that HAProxy reads back exactly this text.

    Raises:
        GatewayRefusedError: it holds a line break or another character that no directive can carry.
    """
    if not _PRINTABLE.fullmatch(word):
        raise GatewayRefusedError("a text for the gateway holds a control or non-ASCII character")
    if _PLAIN.fullmatch(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def format_text(text: str) -> str:
    """Escape plain text that stands inside a log-format string (manual, section 8.2.4)."""
    return text.replace("%", "%%")
