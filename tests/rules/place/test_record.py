"""Tests of ``twogate.rules.place.record``."""

from typing import Any

import pytest

from twogate.rules.place.record import asn_of, city_of, coordinates_of, country_of
from twogate.terms.place import Coordinates

NESTED = {
    "country": {"iso_code": "DE", "names": {"en": "Germany"}},
    "registered_country": {"iso_code": "US"},
    "city": {"names": {"en": "Berlin", "de": "Berlin"}},
    "location": {"latitude": 52.52, "longitude": 13.405, "accuracy_radius": 20},
    "autonomous_system_number": 3320,
}
FLAT = {"country_code": "de", "city": "Berlin", "latitude": "52.52", "longitude": "13.405", "asn": "AS3320"}


@pytest.mark.parametrize("record", [NESTED, FLAT])
def test_both_layouts_say_the_same(record: dict[str, Any]) -> None:
    """Nested as MaxMind's and DB-IP's, flat as ip-location-db's and IPinfo's."""
    assert country_of(record) == "DE"
    assert asn_of(record) == 3320
    assert city_of(record) == "Berlin"
    found = coordinates_of(record)
    assert found is not None
    assert (found.latitude, found.longitude) == (52.52, 13.405)


def test_how_good_a_point_is_is_read_or_assumed() -> None:
    """A database that says nothing is believed to fifty kilometres."""
    assert coordinates_of(NESTED) == Coordinates(52.52, 13.405, 20)
    assert coordinates_of(FLAT) == Coordinates(52.52, 13.405, 50)


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        "DE",
        {},
        {"country": None, "location": None, "city": None},
        {"country": {"iso_code": 7}, "location": {"latitude": "x", "longitude": 1}, "autonomous_system_number": -1},
        {"country": "ZZ", "latitude": True, "longitude": True, "asn": "ASx", "city": {"names": {}}},
        {"registered_country": {"iso_code": "US"}, "location": {"latitude": 95, "longitude": 0}, "asn": 2**32},
        {"asn": "9" * 5000, "location": {"latitude": 1}},
    ],
)
def test_what_is_missing_or_odd_is_not_known(record: object) -> None:
    """Where a holder is registered says nothing about where an address is."""
    assert country_of(record) == ""
    assert asn_of(record) == 0
    assert city_of(record) == ""
    assert coordinates_of(record) is None
