"""Impossible travel: could one person have been at both places?

Decides by the smallest distance that certainly lies between the two, against an airliner's speed. Where a database
knows the country alone, a country is a circle around all of it, so between neighbours no journey is impossible.
Relays and private networks move addresses without moving anybody: that is why this is a fact and no verdict.
"""

from dataclasses import dataclass

from twogate.rules.place.distance import at_least
from twogate.rules.place.outlines import middle
from twogate.rules.risk.facts import Found, RiskFact, Situation
from twogate.terms.place import Coordinates, Place


@dataclass(frozen=True, slots=True)
class Travel:
    """How fast somebody can be, and how far wrong a database may be on top of what it admits."""

    kilometres_per_hour: float = 900.0
    tolerance_km: float = 100.0


def impossible_travel(situation: Situation, travel: Travel) -> Found | None:
    """Compare with the last sign-in whose place is known."""
    here = position(situation.place)
    last = next((one for one in situation.earlier if position(one.place)), None)
    there = position(last.place) if last else None
    if here is None or last is None or there is None:
        return None
    hours = max(0.0, situation.at.since(last.at)) / 3600
    apart = at_least(here, there)
    if apart <= travel.kilometres_per_hour * hours + travel.tolerance_km:
        return None
    route = f"{_spell(last.place)} -> {_spell(situation.place)}"
    return Found(RiskFact.IMPOSSIBLE_TRAVEL, f"{route}: {apart:.0f} km in {hours:.1f} h")


def position(place: Place) -> Coordinates | None:
    """Where a place is: its own coordinates, else the circle of its country; nowhere for local and unknown ones."""
    return place.coordinates or middle(place.country)


def _spell(place: Place) -> str:
    return f"{place.city} {place.country}".strip() or "somewhere"
