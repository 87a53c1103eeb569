"""Where an address is, as far as a database knows; and one sign-in at a place.

Decides the vocabulary. Looking an address up is ``outside.geo``; what follows from it is ``rules.place`` and
``rules.risk``.
"""

from dataclasses import dataclass

from twogate.terms.ids import DeviceId, SessionId, UserId
from twogate.terms.instant import Instant

LOCAL = "local"
"""Stands where a country's code could stand: an address of a private, loopback or link-local network."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point in degrees (WGS 84), and how many kilometres around it the truth may lie."""

    latitude: float
    longitude: float
    within_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of an address. Everything empty: nothing is."""

    country: str = ""  # ISO 3166-1 alpha-2, or LOCAL; empty = not known
    asn: int = 0  # autonomous system number (RFC 6793); 0 = not known
    city: str = ""
    coordinates: Coordinates | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One sign-in that passed: who, when, from where, on which device."""

    id: str  # plc_...
    user: UserId
    session: SessionId
    at: Instant
    address: str
    place: Place
    device: DeviceId | None = None
    facts: tuple[str, ...] = ()  # names of rules.risk facts that were found
