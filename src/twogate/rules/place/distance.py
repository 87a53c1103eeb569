"""How far two points of the earth are apart: great circles on a sphere of the mean radius (IUGG).

Decides distances. The sphere is wrong by at most 0.6 % against the ellipsoid, far less than any address database is.
"""

from math import asin, cos, radians, sin, sqrt

from twogate.terms.place import Coordinates

EARTH_KM = 6371.0088
_NORTH = 90.0
_EAST = 180.0


def great_circle(one: Coordinates, other: Coordinates) -> float:
    """Kilometres between two points along the shortest way (the haversine form, sound for small distances)."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    part = sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, part)))


def at_least(one: Coordinates, other: Coordinates) -> float:
    """Kilometres that lie between two points for certain, their own inaccuracy taken off."""
    return max(0.0, great_circle(one, other) - one.within_km - other.within_km)


def coordinates(latitude: float, longitude: float, *, within_km: float = 0.0) -> Coordinates | None:
    """Coordinates that can be; None for what is no point on the earth, NaN among it."""
    if not (-_NORTH <= latitude <= _NORTH and -_EAST <= longitude <= _EAST and 0.0 <= within_km <= EARTH_KM * 4):
        return None
    return Coordinates(latitude, longitude, within_km)
