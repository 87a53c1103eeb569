"""Tests of ``twogate.rules.haproxy.emit.places``: that the binary obeys them is held by the suites."""

import pytest
from tests.rules.policy.drafts import policy_of

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.emit import places
from twogate.rules.haproxy.site import GatewayRefusedError, GatewaySite
from twogate.rules.policy.countries import CODES
from twogate.rules.policy.model import Requirement
from twogate.terms.reasons import Reason

SITE = {"control_socket": "/run/control.sock"}


def test_what_the_policy_names_is_wanted() -> None:
    """The maps hold no other country and no other provider, so they stay small."""
    policy = policy_of({"match": "/a", "countries": ["DE", "local"]}, {"match": "/b", "asn": "AS1", "countries": "CH"})
    assert places.wanted_countries(policy) == {"DE", "CH", "local"}
    assert places.wanted_asns(policy) == {1}


def test_a_rule_without_places_asks_nothing() -> None:
    """It costs no other rule anything."""
    assert places.conditions("x", Requirement()) == ()
    assert [reason for reason, _ in places.conditions("x", Requirement(countries=("DE",), asn=(1,)))] == [
        Reason.COUNTRY_REFUSED,
        Reason.ASN_REFUSED,
    ]


@pytest.mark.parametrize(("rule", "setting"), [({"countries": "DE"}, "country_file"), ({"asn": "AS1"}, "asn_file")])
def test_without_a_database_the_policy_is_refused(rule: dict[str, str], setting: str) -> None:
    """The message says which setting is missing; a condition that nobody can check never opens anything."""
    with pytest.raises(GatewayRefusedError, match=setting):
        compile_gateway(policy_of({"match": "/a", **rule}), GatewaySite(**SITE))


def test_a_rule_may_name_every_country() -> None:
    """The list is a file of its own, for a line of the configuration holds 64 words."""
    policy = policy_of({"match": "/a", "countries": sorted(CODES)})
    files = compile_gateway(policy, GatewaySite(**SITE, countries=""))
    assert files.files["places/guarded.api.aal1.1.countries.lst"].split() == sorted(CODES)
    assert all(len(line.split()) < 64 for line in files.configuration.splitlines())


def test_the_maps_are_files_of_the_gateway() -> None:
    """Even empty ones: then everybody is refused."""
    policy = policy_of({"match": "/a", "countries": "DE", "asn": "AS1"})
    lines = places.map_lines([("192.0.2.0/24", "DE")])
    files = compile_gateway(policy, GatewaySite(**SITE, countries=lines, asns="")).files
    assert files[places.COUNTRIES] == "192.0.2.0/24 DE\n"
    assert files[places.ASNS] == ""
    assert places.COUNTRIES not in compile_gateway(policy_of({"match": "/a"}), GatewaySite(**SITE)).files
