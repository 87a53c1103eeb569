"""What a record of a MaxMind-format database says, in the layouts that are about.

Decides which fields are read: MaxMind's and DB-IP's nested ones, and the flat ones of ip-location-db and IPinfo. What
is missing or of the wrong kind counts as not known.
"""

from typing import Any

from twogate.rules.place.distance import coordinates
from twogate.rules.policy.countries import CODES, MAX_ASN
from twogate.terms.place import Coordinates

_DEFAULT_RADIUS_KM = 50.0  # where a database gives a point and does not say how good it is


def country_of(record: object) -> str:
    """ISO 3166-1 alpha-2; empty = not known. Where the address is used, not where its holder is registered."""
    fields = _fields(record)
    nested = _fields(fields.get("country"))
    for found in (nested.get("iso_code"), fields.get("country_code"), fields.get("country")):
        if isinstance(found, str) and found.upper() in CODES:
            return found.upper()
    return ""


def asn_of(record: object) -> int:
    """The autonomous system number; 0 = not known."""
    fields = _fields(record)
    found = fields.get("autonomous_system_number", fields.get("asn"))
    if isinstance(found, str):
        digits = found.upper().removeprefix("AS")
        found = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else 0  # noqa: PLR2004
    return found if isinstance(found, int) and 0 < found <= MAX_ASN else 0


def coordinates_of(record: object) -> Coordinates | None:
    """The point, with the radius in which the database believes the address to be."""
    fields = _fields(record)
    where = _fields(fields.get("location")) or fields
    latitude, longitude = _number(where.get("latitude")), _number(where.get("longitude"))
    if latitude is None or longitude is None:
        return None
    radius = _number(where.get("accuracy_radius"))
    return coordinates(latitude, longitude, within_km=_DEFAULT_RADIUS_KM if radius is None else radius)


def city_of(record: object) -> str:
    """The city's name in English, for people to read."""
    found = _fields(record).get("city")
    name = _fields(_fields(found).get("names")).get("en") if isinstance(found, dict) else found
    return name[:80] if isinstance(name, str) else ""


def _fields(record: object) -> dict[str, Any]:
    return record if isinstance(record, dict) else {}


def _number(value: object) -> float | None:
    """A number, or its text: some databases are made from CSV."""
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
