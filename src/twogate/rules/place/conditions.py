"""May somebody sign in from here, now? Networks, countries, autonomous systems and hours, for all or for a group.

Decides the answer and its reason. Whatever a condition asks for and nobody can say counts against the caller: an
address that cannot be read, a country that no database knows. Looking addresses up is left to ``outside.geo``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from twogate.rules.policy.checks import within
from twogate.rules.policy.model import Hours, Network
from twogate.rules.policy.opening import is_open
from twogate.rules.policy.request import Address
from twogate.terms.instant import Instant
from twogate.terms.place import Place
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Where:
    """Where a caller is. ``address`` is None where the text that should have been one is none."""

    address: Address | None
    place: Place


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold, all of it; what is empty asks for nothing."""

    networks: tuple[Network, ...] = ()
    refused_networks: tuple[Network, ...] = ()
    countries: tuple[str, ...] = ()
    refused_countries: tuple[str, ...] = ()
    asns: tuple[int, ...] = ()
    refused_asns: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()  # several = any of them


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people, and what must hold for them beside what holds for all."""

    name: str
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """Everything that an operator asks of places and hours at a sign-in."""

    everybody: Conditions = Conditions()
    groups: tuple[Group, ...] = ()


def refusal(conditions: Conditions, where: Where, now: Instant) -> Refused | None:
    """Return why not, if not."""
    found = (check(conditions, where) for check in _CHECKS)
    reason = next((refused for refused in found if refused is not None), None)
    if reason is None and not is_open(conditions.hours, now):
        return Refused(Reason.SIGN_IN_CLOSED, f"outside the hours at {now.isoformat()}")
    return reason


def refusal_of_member(rules: PlaceRules, groups: Collection[str], where: Where, *, now: Instant) -> Refused | None:
    """Return why somebody in these groups may not, if not: of those with conditions one must let them in."""
    answers = [refusal(group.conditions, where, now) for group in rules.groups if group.name in groups]
    return answers[0] if answers and None not in answers else None


def _networks(conditions: Conditions, where: Where) -> Refused | None:
    if not conditions.networks and not conditions.refused_networks:
        return None
    if where.address is None:
        return Refused(Reason.PLACE_UNKNOWN, "the address cannot be read")
    if conditions.networks and not within(where.address, conditions.networks):
        return Refused(Reason.PLACE_REFUSED, f"{where.address} is in none of the networks")
    if within(where.address, conditions.refused_networks):
        return Refused(Reason.PLACE_REFUSED, f"{where.address} is in a refused network")
    return None


def _countries(conditions: Conditions, where: Where) -> Refused | None:
    country = where.place.country
    wanted, refused = conditions.countries, conditions.refused_countries
    unknown = f"the country of {where.address or 'an unreadable address'} is not known"
    return _listed(country, wanted, refused, unknown=unknown, said=f"country {country}")


def _asns(conditions: Conditions, where: Where) -> Refused | None:
    asn = where.place.asn
    wanted, refused = conditions.asns, conditions.refused_asns
    unknown = f"the autonomous system of {where.address or 'an unreadable address'} is not known"
    return _listed(asn, wanted, refused, unknown=unknown, said=f"AS{asn}")


def _listed(
    found: object, wanted: tuple[object, ...], refused: tuple[object, ...], *, unknown: str, said: str
) -> Refused | None:
    if not wanted and not refused:
        return None
    if not found:
        return Refused(Reason.PLACE_UNKNOWN, unknown)
    if (wanted and found not in wanted) or found in refused:
        return Refused(Reason.PLACE_REFUSED, said)
    return None


_CHECKS: tuple[Callable[[Conditions, Where], Refused | None], ...] = (_networks, _countries, _asns)
