"""A small world: which address is where, and callers at these addresses."""

from dataclasses import replace

from tests.services.desk import CALLER, Desk

from twogate.rules.place.addresses import read_address
from twogate.rules.place.conditions import Where
from twogate.services.places import Places
from twogate.settings.places import PlaceSettings
from twogate.settings.risk import RiskSettings
from twogate.terms.place import LOCAL, NOWHERE, Coordinates, Place

BERLIN = Place("DE", 64500, "Berlin", Coordinates(52.52, 13.405, 20))
SYDNEY = Place("AU", 64501, "Sydney", Coordinates(-33.87, 151.21, 20))
IN_BERLIN = replace(CALLER, address="203.0.113.7")
IN_SYDNEY = replace(CALLER, address="198.51.100.9", request_id="rid-sydney")
UNKNOWN = replace(CALLER, address="192.0.2.1")
GARBAGE = replace(CALLER, address="local")
PLACES = {"203.0.113.7": BERLIN, "198.51.100.9": SYDNEY, "10.0.0.1": Place(LOCAL)}


class SmallMap:
    """Knows three addresses."""

    def where(self, text: str) -> Where:
        return Where(read_address(text), PLACES.get(text, NOWHERE))


def at_places(desk: Desk, *, places: PlaceSettings | None = None, risk: RiskSettings | None = None) -> Desk:
    """The same desk with these conditions."""
    hook = Places(SmallMap(), desk.clock, desk.entropy, places=places or PlaceSettings(), risk=risk or RiskSettings())
    return Desk(desk.store, desk.clock, desk.entropy, desk.settings, desk.pool, places=hook)
