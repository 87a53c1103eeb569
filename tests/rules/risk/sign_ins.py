"""Sign-ins at places, for tests."""

from tests.ports import NOON

from twogate.rules.place.distance import coordinates
from twogate.terms.ids import SessionId, UserId
from twogate.terms.place import Coordinates, Place, Sighting

BERLIN = Place("DE", 3320, "Berlin", Coordinates(52.52, 13.405, 20))
PARIS = Place("FR", 3215, "Paris", Coordinates(48.857, 2.352, 20))
SYDNEY = Place("AU", 1221, "Sydney", Coordinates(-33.87, 151.21, 50))


def country(code: str) -> Place:
    """A place of which the country alone is known."""
    return Place(code)


def town(code: str, latitude: float, longitude: float) -> Place:
    """A place with coordinates that are good to ten kilometres."""
    return Place(code, coordinates=coordinates(latitude, longitude, within_km=10))


def seen(place: Place, *, hours_ago: float = 1.0) -> Sighting:
    """An earlier sign-in."""
    at = NOON.plus(-hours_ago * 3600)
    return Sighting("plc_1", UserId("usr_ann"), SessionId("ses_1"), at, "192.0.2.7", place)
