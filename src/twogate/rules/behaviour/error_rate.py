"""How good a detector is: the equal error rate, where it misses as often as it raises a false alarm.

Decides the rate from scores, and the protocol of Killourhy and Maxion (2009): a detector is trained on somebody's
first 200 repetitions, tested on their last 200, and attacked with the first 5 repetitions of everybody else.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, stdev

from twogate.rules.behaviour.typing import fit

TRAINED = 200
TESTED = 200
ATTACKS_OF_EACH = 5
REPETITIONS = TRAINED + TESTED

Repetitions = Sequence[Sequence[float]]
_FLOOR = 1e-6  # seconds: below what any clock of such a data set can tell


def equal_error_rate(genuine: Sequence[float], impostor: Sequence[float]) -> float:
    """Between the two thresholds where misses and false alarms change places, on a straight line."""
    own, others = sorted(genuine), sorted(impostor)
    before = (0.0, 1.0)  # nobody let in: no misses, nothing but false alarms
    for threshold in sorted({*own, *others}):
        misses = bisect_right(others, threshold) / len(others)  # impostors let in
        alarms = 1 - bisect_right(own, threshold) / len(own)  # owners turned away
        if misses >= alarms:
            return _crossing(before, (misses, alarms))
        before = (misses, alarms)
    return before[0]


def _crossing(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Where the line between two (misses, alarms) meets the diagonal."""
    below, above = before[1] - before[0], after[0] - after[1]
    share = below / (below + above) if below + above else 0.0
    return before[0] + share * (after[0] - before[0])


def rate_of_each(people: Mapping[str, Repetitions]) -> Iterator[tuple[str, float]]:
    """The rate for each person, in the order given."""
    for name, own in people.items():
        profile = fit(own[:TRAINED], floor=_FLOOR)
        attacks = [one for other, theirs in people.items() if other != name for one in theirs[:ATTACKS_OF_EACH]]
        genuine = [profile.distance(one) for one in own[TRAINED:REPETITIONS]]
        yield name, equal_error_rate(genuine, [profile.distance(one) for one in attacks])


def summary(rates: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation over people."""
    return fmean(rates), stdev(rates) if len(rates) > 1 else 0.0
