"""Where a device says it is: a claim that can only narrow, never open.

Decides what a claim costs its device. A person who wants to be elsewhere sends other numbers, so being inside proves
nothing: no condition on networks, countries or autonomous systems is met by it, and no assurance rises. A device that
is honest, a lost phone for example, is kept out by it.
"""

import re

from twogate.rules.place.distance import coordinates, great_circle
from twogate.terms.place import Coordinates
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,10})?"
_POINT = re.compile(rf"({_NUMBER}), ?({_NUMBER})(?:, ?([0-9]{{1,6}}(?:\.[0-9]{{1,6}})?))?")
_METRES = 1000.0


def read_claim(text: str) -> Coordinates | None:
    """``latitude,longitude,accuracy`` in degrees and metres, as a browser's or a phone's location service has them."""
    found = _POINT.fullmatch(text.strip())
    if found is None or found[3] is None:
        return None
    return coordinates(float(found[1]), float(found[2]), within_km=float(found[3]) / _METRES)


def read_area(text: str) -> Coordinates:
    """``latitude,longitude,radius`` in degrees and kilometres: an area of the settings."""
    found = _POINT.fullmatch(text.strip())
    area = coordinates(float(found[1]), float(found[2]), within_km=float(found[3])) if found and found[3] else None
    if area is None or not area.within_km:
        raise ValueError('an area is latitude, longitude and a radius in kilometres, for example "52.52,13.40,50"')
    return area


def narrowed(areas: tuple[Coordinates, ...], claim: str, *, needed: bool) -> Refused | None:
    """Return why a claim keeps its device out: unreadable, too inaccurate, or outside every area.

    Without areas nothing is asked; without a claim only where one is ``needed``.
    """
    if not areas or (not claim and not needed):
        return None
    point = read_claim(claim)
    if point is None:
        return Refused(Reason.PLACE_UNKNOWN, "the device does not say where it is" if not claim else "unreadable claim")
    if any(great_circle(point, area) + point.within_km <= area.within_km for area in areas):
        return None
    return Refused(Reason.PLACE_REFUSED, "the device says it is outside every area, or not surely inside one")
