"""Tests of ``twogate.rules.risk.impossible_travel``."""

import pytest
from tests.ports import NOON
from tests.rules.risk.sign_ins import BERLIN, PARIS, SYDNEY, country, seen, town

from twogate.rules.risk.facts import RiskFact, Situation
from twogate.rules.risk.impossible_travel import Travel, impossible_travel
from twogate.terms.place import LOCAL, NOWHERE, Place


def found(here: Place, there: Place, *, hours: float, travel: Travel | None = None) -> bool:
    situation = Situation(NOON, here, (seen(there, hours_ago=hours),))
    return impossible_travel(situation, travel or Travel()) is not None


@pytest.mark.parametrize(
    ("here", "there", "hours", "impossible"),
    [
        (SYDNEY, BERLIN, 1, True),
        (SYDNEY, BERLIN, 17, True),
        (SYDNEY, BERLIN, 18, False),  # 16,094 km, less 70 km of inaccuracy and 100 of tolerance, at 900 km/h: 17.7 h
        (PARIS, BERLIN, 0.5, True),
        (PARIS, BERLIN, 1, False),
        (BERLIN, BERLIN, 0, False),
        (town("DE", 52.4, 13.1), BERLIN, 0, False),
    ],
)
def test_an_airliner_is_the_measure(here: Place, there: Place, hours: float, *, impossible: bool) -> None:
    """900 km/h over the smallest distance there can be, and a tolerance."""
    assert found(here, there, hours=hours) is impossible


@pytest.mark.parametrize(
    ("here", "there", "impossible"),
    [
        (country("AU"), country("GB"), True),
        (country("FR"), country("DE"), False),
        (country("US"), country("CA"), False),
        (SYDNEY, country("DE"), True),
        (country("DE"), PARIS, False),
    ],
)
def test_a_country_alone_is_all_of_it(here: Place, there: Place, *, impossible: bool) -> None:
    """Between neighbours no journey is impossible, however soon."""
    assert found(here, there, hours=0.1) is impossible


@pytest.mark.parametrize("unknown", [NOWHERE, Place(LOCAL), Place("QQ")])
def test_a_place_that_nobody_knows_says_nothing(unknown: Place) -> None:
    """Neither now nor before; the last place that is known counts then."""
    assert not found(unknown, BERLIN, hours=0.1)
    assert not found(SYDNEY, unknown, hours=0.1)
    both = Situation(NOON, SYDNEY, (seen(unknown, hours_ago=0.1), seen(BERLIN, hours_ago=1)))
    assert impossible_travel(both, Travel()) is not None


def test_the_first_sign_in_travels_nowhere() -> None:
    """There is nothing to compare with."""
    assert impossible_travel(Situation(NOON, SYDNEY), Travel()) is None


def test_a_clock_that_went_back_is_no_time_machine() -> None:
    """A sign-in that seems to lie ahead counts as one a moment ago."""
    assert found(SYDNEY, BERLIN, hours=-2)
    assert not found(BERLIN, BERLIN, hours=-2)


def test_speed_and_tolerance_are_dials() -> None:
    """For those who fly faster, or whose database is worse."""
    assert not found(SYDNEY, BERLIN, hours=1, travel=Travel(kilometres_per_hour=20_000))
    assert not found(PARIS, BERLIN, hours=0, travel=Travel(tolerance_km=1000))


def test_the_operator_reads_the_journey() -> None:
    """From where to where, how far, how fast."""
    fact = impossible_travel(Situation(NOON, SYDNEY, (seen(BERLIN, hours_ago=0.5),)), Travel())
    assert fact is not None
    assert fact.fact is RiskFact.IMPOSSIBLE_TRAVEL
    assert fact.detail.startswith("Berlin DE -> Sydney AU: 160")
    assert fact.detail.endswith("km in 0.5 h")
