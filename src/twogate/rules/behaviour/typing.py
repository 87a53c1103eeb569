"""How somebody types their password: the scaled Manhattan detector on key timings.

Decides whether a sample is unlike the ones before it: the sum over all timings of the distance from the mean, each
divided by the mean absolute deviation of that timing (Araújo et al. 2005; compared with thirteen others by Killourhy
and Maxion 2009). A signal of risk, never a factor: it raises no assurance. Only numbers come in; which keys were
pressed is not known here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

LEAST_SAMPLES = 10
MOST_SAMPLES = 30
FEWEST_KEYS = 2
MOST_KEYS = 64
_LONGEST_TEXT = 4096
_LONGEST_MS = 60_000
_FLOOR_MS = 8.0  # browsers round what their clocks say, some to 16 ms; a smaller spread would be the clock's
_MARGIN = 1.2  # of the farthest of the own samples: rarely a false alarm, and about half of all strangers are noticed

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Mean and mean absolute deviation of each timing."""

    mean: Vector
    spread: Vector

    def distance(self, sample: Sequence[float]) -> float:
        """The scaled Manhattan distance, summed over all timings."""
        terms = zip(self.mean, self.spread, sample, strict=True)
        return sum(abs(value - mean) / spread for mean, spread, value in terms)


def fit(samples: Sequence[Sequence[float]], *, floor: float) -> Profile:
    """Learn a profile; no spread is taken to be smaller than ``floor``."""
    count = len(samples)
    mean = tuple(sum(column) / count for column in zip(*samples, strict=True))
    spread = tuple(
        max(floor, sum(abs(value - middle) for value in column) / count)
        for column, middle in zip(zip(*samples, strict=True), mean, strict=True)
    )
    return Profile(mean, spread)


@dataclass(frozen=True, slots=True)
class Timings:
    """One typing of a password: when each key went down and up, in milliseconds since the first."""

    keys: tuple[tuple[int, int], ...]

    def vector(self) -> Vector:
        """How long each key was held, from key to key down to down, and up to down."""
        held = [up - down for down, up in self.keys]
        downs = [later[0] - earlier[0] for earlier, later in pairwise(self.keys)]
        between = [later[0] - earlier[1] for earlier, later in pairwise(self.keys)]
        return (*held, *downs, *between)


def read_timings(text: str) -> Timings | None:
    """Read ``[[down, up], ...]`` as a page sends it; None for anything else: then nothing is said about typing."""
    if not 0 < len(text) <= _LONGEST_TEXT:
        return None
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, list) or not FEWEST_KEYS <= len(raw) <= MOST_KEYS or not all(_is_key(key) for key in raw):
        return None
    keys = tuple((key[0], key[1]) for key in raw)
    in_order = all(earlier[0] <= later[0] for earlier, later in pairwise(keys))
    return Timings(keys) if in_order else None


def _is_key(key: Any) -> bool:
    if not isinstance(key, list) or len(key) != 2 or not all(type(number) is int for number in key):  # noqa: PLR2004
        return False
    return bool(0 <= key[0] <= key[1] <= _LONGEST_MS)


@dataclass(frozen=True, slots=True)
class Template:
    """What is kept of somebody's typing: the last samples of one password, oldest first."""

    samples: tuple[Vector, ...] = ()
    of: str = ""  # the password's credential: another password is typed in another way

    def to_json(self) -> str:
        return json.dumps({"samples": self.samples, "of": self.of}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Template":
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not a template.
        """
        raw = json.loads(text)
        return cls(tuple(tuple(map(float, sample)) for sample in raw["samples"]), raw["of"])


@dataclass(frozen=True, slots=True)
class Typist:
    """Somebody who chose to have their typing compared."""

    user: UserId
    since: Instant
    version: int  # compare-and-set
    template: Template


@dataclass(frozen=True, slots=True)
class Comparison:
    """One sample beside a template. ``unlike``: farther away than the owner's own samples ever are."""

    samples: int
    distance: float
    threshold: float

    @property
    def unlike(self) -> bool:
        return self.distance > self.threshold


def compare(template: Template, timings: Timings, *, of: str = "") -> Comparison | None:
    """Compare; None while there are too few samples, and after the password was changed."""
    sample = timings.vector()
    known = template.samples
    if len(known) < LEAST_SAMPLES or len(known[0]) != len(sample) or template.of != of:
        return None
    width = len(sample)
    apart = [fit(_without(known, number), floor=_FLOOR_MS).distance(one) for number, one in enumerate(known)]
    distance = fit(known, floor=_FLOOR_MS).distance(sample)
    return Comparison(len(known), distance / width, _MARGIN * max(apart) / width)


def learn(template: Template, timings: Timings, *, of: str = "") -> Template:
    """Add a sample. One of another password, or of another length, starts anew."""
    sample = tuple(map(float, timings.vector()))
    alike = template.of == of and template.samples and len(template.samples[0]) == len(sample)
    kept = template.samples if alike else ()
    return Template((*kept, sample)[-MOST_SAMPLES:], of)


def _without(samples: tuple[Vector, ...], number: int) -> tuple[Vector, ...]:
    return samples[:number] + samples[number + 1 :]
