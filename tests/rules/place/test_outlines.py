"""Tests of ``twogate.rules.place.outlines``."""

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from twogate.rules.place.distance import at_least, great_circle
from twogate.rules.place.outlines import middle, outlines
from twogate.rules.policy.countries import CODES
from twogate.terms.place import Coordinates

_POSITION = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")

NEIGHBOURS = """
DE-FR DE-PL DE-DK FR-ES ES-PT ES-MA GB-IE GB-FR IT-CH AT-SI GR-TR TR-SY US-CA US-MX RU-FI RU-CN RU-US CN-IN IN-PK
BR-AR AR-CL EG-SD ZA-NA NG-CM JP-KR MY-SG ID-AU SA-YE NO-SE FI-EE TH-KH
"""


def _towns() -> Iterator[tuple[str, str, Coordinates]]:
    """A town of each time zone of each country, from the time zone database (RFC 6557)."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        country, position, zone = line.split("\t")[:3]
        found = _POSITION.fullmatch(position)
        assert found, line
        yield country, zone, Coordinates(_degrees(*found.groups()[:4]), _degrees(*found.groups()[4:]))


def _degrees(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    value = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -value if sign == "-" else value


def test_every_country_has_its_circle() -> None:
    """The same codes that a policy may name."""
    assert set(outlines()) == CODES
    assert middle("QQ") is None


def test_circles_hold_every_town_of_the_time_zone_database() -> None:
    """Some four hundred towns at the far ends of their countries lie inside."""
    outside = [
        f"{country} {zone}: {great_circle(town, outlines()[country]):.0f} km from the middle"
        for country, zone, town in _towns()
        if great_circle(town, outlines()[country]) > outlines()[country].within_km
    ]
    assert outside == []


def test_no_journey_between_neighbours_is_impossible() -> None:
    """Their circles touch."""
    found = outlines()
    pairs = [pair.split("-") for pair in NEIGHBOURS.split()]
    assert [(one, other) for one, other in pairs if at_least(found[one], found[other])] == []


@pytest.mark.parametrize(
    ("pair", "least"), [("DE-BR", 4000), ("GB-AU", 8000), ("FR-JP", 5000), ("NL-ZA", 4500), ("PL-ID", 5000)]
)
def test_far_countries_stay_far(pair: str, least: float) -> None:
    """The circles are not so large that nothing is left between them."""
    one, other = (outlines()[code] for code in pair.split("-"))
    assert at_least(one, other) >= least
