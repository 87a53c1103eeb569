"""``twogate bench keystroke``: the error rate of the typing detector on a data set given by path.

Decides how the file is read: the columns of Killourhy and Maxion's benchmark, ``subject``, ``sessionIndex``, ``rep``,
then timings named ``H.``, ``DD.`` and ``UD.``. The protocol is ``rules.behaviour.error_rate``.
"""

import csv
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from rich.progress import Progress, TextColumn

from twogate.cli.failures import refused
from twogate.cli.output import remarks
from twogate.rules.behaviour.error_rate import ATTACKS_OF_EACH, REPETITIONS, TESTED, TRAINED, rate_of_each, summary

_NAMES = ("subject", "sessionIndex", "rep")
_TIMINGS = ("H.", "DD.", "UD.")
_FEWEST_PEOPLE = 2
_LARGEST = 200_000_000  # bytes: all of it is held in memory

T = TypeVar("T")


def run_keystroke_bench(path: Path) -> dict[str, Any]:
    """Read the file, try every person against all others, return what is told.

    Raises:
        CommandFailed: the file is not such a data set; the message says in which line.
    """
    people = read_people(path)
    rates = dict(_with_progress(rate_of_each(people), len(people)))
    mean, deviation = summary(list(rates.values()))
    return {
        "detector": "scaled Manhattan",
        "people": len(people),
        "timings": len(next(iter(people.values()))[0]),
        "trained_on": TRAINED,
        "genuine": TESTED,
        "impostor": ATTACKS_OF_EACH * (len(people) - 1),
        "equal_error_rate": round(mean, 4),
        "standard_deviation": round(deviation, 4),
        "by_subject": {name: round(rate, 4) for name, rate in rates.items()},
    }


def read_people(path: Path) -> dict[str, list[tuple[float, ...]]]:
    """Everybody's repetitions in the order in which they were typed."""
    if path.stat().st_size > _LARGEST:
        raise refused(f"{path}: larger than {_LARGEST // 1_000_000} MB")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            people = _people(path, csv.DictReader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(f"{path}: not a CSV file in UTF-8: {error}") from None
    _enough(path, people)
    return people


def _people(path: Path, rows: "csv.DictReader[str]") -> dict[str, list[tuple[float, ...]]]:
    columns = _columns(path, rows.fieldnames or ())
    found: dict[str, list[tuple[tuple[float, ...], tuple[float, ...]]]] = {}
    for row in rows:
        place, sample = _numbers(path, rows, row, columns=columns)
        found.setdefault(row["subject"], []).append((place, sample))
    return {name: [sample for _, sample in sorted(typed)] for name, typed in sorted(found.items())}


def _columns(path: Path, names: Iterable[str]) -> tuple[str, ...]:
    known = tuple(names)
    missing = [name for name in _NAMES if name not in known]
    timings = tuple(name for name in known if name.startswith(_TIMINGS))
    others = [name for name in known if name not in _NAMES and name not in timings]
    if missing or not timings:
        lacks = ", ".join(missing or ["H.*, DD.* and UD.*"])
        raise refused(f"{path}: no column {lacks}", f"columns are {', '.join(_NAMES)}, then H.*, DD.*, UD.*")
    if others:
        raise refused(f"{path}: unknown column {', '.join(others[:5])}", "timings begin with H., DD. or UD.")
    return timings


def _numbers(
    path: Path, rows: "csv.DictReader[str]", row: dict[str, Any], *, columns: tuple[str, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    try:
        place = tuple(float(row[name]) for name in _NAMES[1:])
        sample = tuple(float(row[name]) for name in columns)
    except (TypeError, ValueError):
        raise refused(f"{path}:{rows.line_num}: a cell is missing or no number") from None
    if None in row or not all(map(isfinite, (*place, *sample))):
        raise refused(f"{path}:{rows.line_num}: too many cells, or a number that is none")
    return place, sample


def _enough(path: Path, people: dict[str, list[tuple[float, ...]]]) -> None:
    if len(people) < _FEWEST_PEOPLE:
        raise refused(f"{path}: {len(people)} subjects; at least {_FEWEST_PEOPLE} are needed")
    short = [f"{name} ({len(typed)})" for name, typed in people.items() if len(typed) < REPETITIONS]
    if short:
        raise refused(f"{path}: fewer than {REPETITIONS} repetitions of {', '.join(short[:5])}", _PROTOCOL)


_PROTOCOL = f"the protocol trains on the first {TRAINED} of each subject and tests on {TESTED} more"


def _with_progress(steps: Iterator[T], count: int) -> Iterator[T]:
    """Show on a terminal how far it is; elsewhere nothing."""
    with Progress(*Progress.get_default_columns(), TextColumn("subjects"), console=remarks(), transient=True) as bar:
        yield from bar.track(steps, total=count, description="comparing")
