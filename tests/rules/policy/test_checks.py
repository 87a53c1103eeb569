"""Tests of ``twogate.rules.policy.checks``."""

from ipaddress import ip_address

import pytest
from tests.rules.policy.drafts import NOW, person, policy_of, request

from twogate.rules.assurance.level import Level
from twogate.rules.policy.checks import Case, asks_for_person, plain, quota_keys, within
from twogate.rules.policy.model import Requirement
from twogate.rules.policy.notation import network
from twogate.rules.policy.request import Usage
from twogate.terms.instant import Instant


@pytest.mark.parametrize(
    ("require", "asked"),
    [
        (Requirement(), False),
        (Requirement(factors=1), False),
        (Requirement(scopes=("a",)), False),
        (Requirement(level=Level.AAL2), True),
        (Requirement(max_age=60), True),
        (Requirement(factors=2), True),
    ],
)
def test_what_only_a_person_can_satisfy(require: Requirement, *, asked: bool) -> None:
    """A higher level, a fresh proof, two factors."""
    assert asks_for_person(require) is asked


def test_an_ipv4_address_mapped_into_ipv6_is_itself() -> None:
    """RFC 4291 section 2.5.5.2: a block of IPv4 addresses is not dodged over a dual-stack socket."""
    assert plain(ip_address("::ffff:192.0.2.7")) == ip_address("192.0.2.7")
    assert within(ip_address("::ffff:192.0.2.7"), (network("192.0.2.0/24"),))
    assert not within(ip_address("2001:db8::1"), (network("192.0.2.0/24"),))
    assert not within(ip_address("192.0.2.7"), ())


def test_quota_is_charged_to_the_account_or_to_the_address() -> None:
    """Where no credential is looked at, the address is all there is."""
    policy = policy_of({"match": "/a", "quota": ["1/day", "2/10s"]})
    rule = policy.rules[0]
    case = Case(policy, rule, request(), None, Instant.from_seconds(NOW), Usage())
    assert [key.holder for key in quota_keys(rule, case.holder)] == ["192.0.2.7"] * 2
    with_caller = Case(policy, rule, request(), person(), Instant.from_seconds(NOW), Usage())
    assert with_caller.holder == "usr_a"
    with pytest.raises(TypeError):
        _ = case.presented
