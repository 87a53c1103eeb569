"""Where a caller is: countries and autonomous systems as conditions at the gateway.

Decides how they are asked: one lookup of the address in a map of networks, longest prefix first, and a comparison.
Only networks of what the policy names are in the maps, so an address that is in none of them is refused, whether it is
elsewhere or nobody knows where. Reading the operator's database into lines is the edge agent's work.
"""

from collections.abc import Iterable, Iterator, Mapping

from twogate.rules.haproxy.document import Word
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.rules.policy.model import Policy, Requirement
from twogate.terms.reasons import Reason

COUNTRIES = "places/countries.map"
ASNS = "places/asns.map"

Conditions = tuple[tuple[Reason, tuple[str | Word, ...]], ...]


def wanted_countries(policy: Policy) -> frozenset[str]:
    """The countries that some rule names."""
    return frozenset(code for rule in policy.rules for code in rule.require.countries)


def wanted_asns(policy: Policy) -> frozenset[int]:
    """The autonomous systems that some rule names."""
    return frozenset(number for rule in policy.rules for number in rule.require.asn)


def conditions(backend: str, require: Requirement) -> Conditions:
    """Conditions that are true when the request fails them. Lists are files: a line of HAProxy has 64 words."""
    found: list[tuple[Reason, tuple[str | Word, ...]]] = []
    if require.countries:
        found.append((Reason.COUNTRY_REFUSED, (f"!{{ src,map_ip({COUNTRIES}) -m str -f {_country_list(backend)} }}",)))
    if require.asn:
        found.append((Reason.ASN_REFUSED, (f"!{{ src,map_ip({ASNS}) -m str -f {_asn_list(backend)} }}",)))
    return tuple(found)


def _country_list(backend: str) -> str:
    return f"places/{backend}.countries.lst"


def _asn_list(backend: str) -> str:
    return f"places/{backend}.asns.lst"


def files(plan: Plan) -> Mapping[str, str]:
    """The maps that the policy needs, and each class's own list.

    Raises:
        GatewayRefusedError: this gateway has no database to make them from.
    """
    found: dict[str, str] = {}
    if wanted_countries(plan.policy):
        found[COUNTRIES] = _given(plan.site.countries, "countries", "country_file (or city_file)")
    if wanted_asns(plan.policy):
        found[ASNS] = _given(plan.site.asns, "asn", "asn_file")
    for one in (*plan.distinct, *plan.shadows):
        if one.require.countries:
            found[_country_list(one.backend)] = "".join(f"{code}\n" for code in one.require.countries)
        if one.require.asn:
            found[_asn_list(one.backend)] = "".join(f"AS{number}\n" for number in one.require.asn)
    return found


def _given(text: str | None, key: str, setting: str) -> str:
    if text is None:
        raise GatewayRefusedError(
            f"a rule asks for {key}, but this gateway has no database of addresses: set places.{setting} to a file in "
            "MaxMind's format, or leave the condition out"
        )
    return text


def map_lines(networks: Iterable[tuple[str, str]]) -> str:
    """The text of a map from (network, value) pairs."""
    return "".join(_lines(networks))


def _lines(networks: Iterable[tuple[str, str]]) -> Iterator[str]:
    for network, value in networks:
        yield f"{network} {value}\n"
