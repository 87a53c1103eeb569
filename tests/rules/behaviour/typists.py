"""Typists who do not exist: known distributions, so that the error rate they ought to give is known.

Every timing of a person is normal around a mean of their own. Where people's means lie far apart against their
spread, a detector ought to tell them apart; where all have the same means, it ought to guess.
"""

from collections.abc import Iterator
from math import cos, log, pi, sqrt
from pathlib import Path

KEYS = ("period", "t", "i", "e", "five", "Shift.r", "o", "a", "n", "l", "Return")


class Dice:
    """The same numbers for the same seed (a linear congruential generator: Knuth's MMIX)."""

    def __init__(self, seed: int) -> None:
        self._state = seed * 2 + 1

    def uniform(self) -> float:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((self._state >> 11) + 0.5) / 2**53

    def normal(self, mean: float, spread: float) -> float:
        """Box and Muller's way from two even numbers to a normal one."""
        return mean + spread * sqrt(-2 * log(self.uniform())) * cos(2 * pi * self.uniform())


def columns(keys: tuple[str, ...] = KEYS) -> tuple[str, ...]:
    """H of each key, DD and UD of each pair, as in the benchmark."""
    found: list[str] = []
    for number, key in enumerate(keys):
        found.append(f"H.{key}")
        if number + 1 < len(keys):
            found += [f"DD.{key}.{keys[number + 1]}", f"UD.{key}.{keys[number + 1]}"]
    return tuple(found)


def typed(people: int, *, apart: float, repetitions: int = 400, seed: int = 7) -> dict[str, list[list[float]]]:
    """Repetitions of each person; ``apart``: spread of people's means in units of each one's own spread."""
    dice, width, spread = Dice(seed), len(columns()), 0.02
    found = {}
    for number in range(people):
        means = [dice.normal(0.15, spread * apart) for _ in range(width)]
        found[f"s{number:03}"] = [[dice.normal(mean, spread) for mean in means] for _ in range(repetitions)]
    return found


def write_csv(path: Path, people: dict[str, list[list[float]]]) -> Path:
    """Write the data set as the benchmark's file is."""
    path.write_text("\n".join(_lines(people)) + "\n")
    return path


def _lines(people: dict[str, list[list[float]]]) -> Iterator[str]:
    yield ",".join(("subject", "sessionIndex", "rep", *columns()))
    for name, rows in people.items():
        for number, row in enumerate(rows):
            yield ",".join((name, str(number // 50 + 1), str(number % 50 + 1), *(f"{value:.4f}" for value in row)))
