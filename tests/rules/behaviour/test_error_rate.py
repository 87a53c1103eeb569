"""Tests of ``twogate.rules.behaviour.error_rate``."""

import pytest
from tests.rules.behaviour.typists import typed

from twogate.rules.behaviour.error_rate import equal_error_rate, rate_of_each, summary


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate"),
    [
        ([1, 2, 3], [4, 5, 6], 0.0),
        ([4, 5, 6], [1, 2, 3], 1.0),
        ([1, 2, 3, 9], [4, 5, 6, 7], 0.25),
        ([1, 2, 3, 4], [1, 2, 3, 4], 0.5),
        ([1, 1, 1, 5], [5, 6, 6, 6], 0.125),  # one step from (0, 1/4) to (1/4, 0): the line crosses in its middle
    ],
)
def test_the_rate_is_where_misses_and_false_alarms_change_places(
    genuine: list[float], impostor: list[float], rate: float
) -> None:
    """Counted by hand; between two thresholds on a straight line."""
    assert equal_error_rate(genuine, impostor) == pytest.approx(rate)


@pytest.mark.parametrize(("apart", "least", "most"), [(0.0, 0.45, 0.55), (0.5, 0.15, 0.30), (2.0, 0.0, 0.01)])
def test_typists_of_known_distributions_give_known_rates(apart: float, least: float, most: float) -> None:
    """People who type alike cannot be told apart; people far apart always are."""
    rates = dict(rate_of_each(typed(6, apart=apart)))
    mean, deviation = summary(list(rates.values()))
    assert list(rates) == [f"s{number:03}" for number in range(6)]
    assert least <= mean <= most
    assert deviation <= 0.1


def test_only_the_protocols_repetitions_count() -> None:
    """The first 200 teach, the next 200 try, the first 5 of each other attack: what lies beyond changes nothing."""
    people = typed(3, apart=0.7)
    more = {name: [*rows, *([[9.0] * len(rows[0])] * 50)] for name, rows in people.items()}
    assert list(rate_of_each(more)) == list(rate_of_each(people))


def test_one_rate_has_no_deviation() -> None:
    """It takes two to differ."""
    assert summary([0.25]) == (0.25, 0.0)
