"""A mistake in a policy file: which line, which key, what is wrong, what to write instead.

Decides the shape of a mistake and collects them, so that one reading tells all. Finding them is for ``parse``.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from twogate.rules.policy.lines import Lines, Place


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong with the file, in words for the person who wrote it."""

    line: int  # counted from 1
    where: str  # for example ``rule[2].match[1]``; empty = the file as a whole
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"line {self.line}: {where}{self.message}{hint}"


@dataclass(frozen=True, slots=True)
class Notebook:
    """Collects mistakes while a file is read, and knows on which line a place stands."""

    lines: Lines
    found: list[Mistake] = field(default_factory=list)

    def note(self, place: Place, message: str, hint: str = "") -> None:
        self.found.append(Mistake(self.lines.of(place), spell(place), message, hint))

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Everything noted so far, by line."""
        return tuple(sorted(self.found))


def spell(place: Place) -> str:
    """Write a place as a person would: ``rule[2].match[1]``, counted from 1 as people do."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "..."?``, or nothing when no known word is near."""
    near = difflib.get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
