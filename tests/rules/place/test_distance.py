"""Tests of ``twogate.rules.place.distance``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.place.distance import EARTH_KM, at_least, coordinates, great_circle
from twogate.terms.place import Coordinates

BERLIN, SYDNEY, QUITO = Coordinates(52.52, 13.405), Coordinates(-33.87, 151.21), Coordinates(-0.18, -78.47)
POINTS = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (BERLIN, Coordinates(48.857, 2.352), 878),  # Paris
        (BERLIN, SYDNEY, 16_094),
        (Coordinates(40.64, -73.78), Coordinates(51.47, -0.45), 5_540),  # JFK to Heathrow
        (Coordinates(0, 179.5), Coordinates(0, -179.5), 111),  # over the date line
        (Coordinates(90, 0), Coordinates(-90, 77), 20_015),  # from pole to pole
        (Coordinates(89.9, 0), Coordinates(89.9, 180), 22.2),  # over the pole
    ],
)
def test_distances_are_those_of_the_atlas(one: Coordinates, other: Coordinates, kilometres: float) -> None:
    """Within one per cent, which is the sphere's share."""
    assert great_circle(one, other) == pytest.approx(kilometres, rel=0.01)


@given(POINTS, POINTS, POINTS)
def test_it_is_a_distance(one: Coordinates, two: Coordinates, three: Coordinates) -> None:
    """Never negative, the same both ways, at most half around, no way shorter than the straight one."""
    assert great_circle(one, one) == pytest.approx(0, abs=1e-6)
    assert great_circle(one, two) == pytest.approx(great_circle(two, one), abs=1e-6)
    assert 0 <= great_circle(one, two) <= EARTH_KM * 3.1416
    assert great_circle(one, three) <= great_circle(one, two) + great_circle(two, three) + 1e-3


def test_inaccuracy_is_taken_off() -> None:
    """What lies between two circles, and nothing where they touch."""
    wide = Coordinates(BERLIN.latitude, BERLIN.longitude, 1000)
    assert at_least(wide, SYDNEY) == pytest.approx(great_circle(BERLIN, SYDNEY) - 1000)
    assert at_least(wide, Coordinates(48.857, 2.352, 10)) == 0


@pytest.mark.parametrize(
    "wrong", [(91.0, 0.0, 0.0), (0.0, 181.0, 0.0), (float("nan"), 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 0.0, float("inf"))]
)
def test_what_is_no_point_is_none(wrong: tuple[float, float, float]) -> None:
    """A file or a device may say anything."""
    assert coordinates(wrong[0], wrong[1], within_km=wrong[2]) is None
    assert coordinates(QUITO.latitude, QUITO.longitude) == QUITO
