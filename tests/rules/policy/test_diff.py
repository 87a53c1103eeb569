"""Tests of ``twogate.rules.policy.diff``."""

from typing import Any

import pytest
from hypothesis import given
from tests.rules.policy.drafts import policies, policy_of

from twogate.rules.policy.diff import Direction, diff
from twogate.rules.policy.model import Policy

BASE: dict[str, Any] = {"match": "/a", "name": "a", "require": "aal2"}


@pytest.mark.parametrize(
    ("before", "after", "direction", "words"),
    [
        ({}, {"require": "aal1"}, Direction.LOOSER, "require aal2 -> aal1"),
        ({}, {"require": "phr"}, Direction.STRICTER, "require aal2 -> phr"),
        ({}, {"max_age": "5m"}, Direction.STRICTER, "max_age any -> 300s"),
        ({"max_age": "5m"}, {"max_age": "10m"}, Direction.LOOSER, "max_age 300s -> 600s"),
        ({"factors": 3}, {"factors": 2}, Direction.LOOSER, "factors 3 -> 2"),
        ({"scopes": ["x"]}, {"scopes": ["x", "y"]}, Direction.STRICTER, "scopes x -> x, y"),
        ({"scopes": ["x"]}, {"scopes": ["y"]}, Direction.MIXED, "scopes x -> y"),
        ({"scopes": ["x"]}, {}, Direction.LOOSER, "scopes x -> any"),
        ({}, {"client_certificate": True}, Direction.STRICTER, "client certificate not needed -> needed"),
        ({"client_certificate": True}, {}, Direction.LOOSER, "client certificate needed -> not needed"),
        ({}, {"countries": ["DE"]}, Direction.STRICTER, "countries any -> DE"),
        ({"countries": ["DE"]}, {"countries": ["CH", "DE"]}, Direction.LOOSER, "countries DE -> CH, DE"),
        ({"asn": ["AS1"]}, {"asn": ["AS2"]}, Direction.MIXED, "asn 1 -> 2"),
        ({"asn": ["AS1"]}, {}, Direction.LOOSER, "asn 1 -> any"),
        ({}, {"networks": ["10.0.0.0/8"]}, Direction.STRICTER, "networks any -> 10.0.0.0/8"),
        ({"networks": ["10.0.0.0/8"]}, {"networks": ["10.1.0.0/16"]}, Direction.STRICTER, "networks"),
        ({"networks": ["10.1.0.0/16"]}, {"networks": ["10.0.0.0/8", "::1"]}, Direction.LOOSER, "networks"),
        ({"networks": ["10.0.0.0/8"]}, {"networks": ["192.0.2.0/24"]}, Direction.MIXED, "networks"),
        ({"hours": "Mon 08:00-09:00 UTC"}, {}, Direction.LOOSER, "hours Mon 08:00-09:00 UTC -> any"),
        ({}, {"hours": "Mon 08:00-09:00 UTC"}, Direction.STRICTER, "hours"),
        ({"hours": "Mon 08:00-09:00 UTC"}, {"hours": "Tue 08:00-09:00 UTC"}, Direction.MIXED, "hours"),
        ({"quota": "5/day"}, {"quota": "6/day"}, Direction.LOOSER, "quota 5/86400s -> 6/86400s"),
        ({"quota": "5/day"}, {"quota": "5/hour"}, Direction.MIXED, "quota"),
        ({}, {"quota": "5/day"}, Direction.STRICTER, "quota any -> 5/86400s"),
        ({}, {"forward_credential": True}, Direction.LOOSER, "the caller's token goes upstream"),
        ({}, {"mode": "shadow"}, Direction.STRICTER, "now refused"),
        ({"mode": "shadow"}, {}, Direction.LOOSER, "now let through: require aal2"),
        ({}, {"require": "aal1", "max_age": "5m"}, Direction.MIXED, "require aal2 -> aal1"),
    ],
)
def test_each_change_has_a_direction(
    before: dict[str, Any], after: dict[str, Any], direction: Direction, words: str
) -> None:
    """Stricter, looser, both or neither."""
    found = [one for one in diff(policy_of({**BASE, **before}), policy_of({**BASE, **after})) if one.template]
    assert [one.direction for one in found] == [direction]
    assert any(words in detail for detail in found[0].details)


def test_a_narrower_rule_changes_what_a_wider_one_decided() -> None:
    """The comparison is of what callers meet, not of lines in a file."""
    wide = {"match": "/**", "name": "wide", "require": "aal2"}
    (found,) = diff(policy_of(wide), policy_of(wide, {"match": "GET /open", "name": "open", "require": "none"}))
    assert (found.direction, found.template, found.before, found.after) == (
        Direction.LOOSER,
        "GET /open",
        "wide",
        "open",
    )


def test_other_order_and_other_names_are_no_difference() -> None:
    """What callers meet stays the same."""
    one = policy_of({"match": "/a/{x}", "name": "a"}, {"match": "/b"})
    other = policy_of({"match": "/b/"}, {"match": "/a/{y}", "name": "z"})
    assert diff(one, other) == ()


def test_looser_changes_come_first() -> None:
    """A reviewer must not miss them."""
    old = policy_of({"match": "/a", "require": "aal2"}, {"match": "/b"}, {"match": "/c"})
    new = policy_of({"match": "/a"}, {"match": "/b", "require": "aal2"}, {"match": "/d"})
    assert [one.direction for one in diff(old, new)] == [
        Direction.LOOSER,
        Direction.LOOSER,
        Direction.STRICTER,
        Direction.STRICTER,
    ]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ({}, {"cors": ["https://x.example"]}, Direction.LOOSER),
        ({"cors": ["https://x.example"]}, {}, Direction.STRICTER),
        ({"cors": ["https://x.example"]}, {"cors": ["https://y.example"]}, Direction.MIXED),
        ({"block": ["10.0.0.0/8"]}, {}, Direction.LOOSER),
        ({}, {"block": ["10.0.0.0/8"]}, Direction.STRICTER),
        ({}, {"public_url": "https://other.example"}, Direction.OTHER),
    ],
)
def test_the_policy_as_a_whole_is_compared(before: dict[str, Any], after: dict[str, Any], direction: Direction) -> None:
    """CORS origins, blocked networks, the public URL."""
    found = diff(policy_of({"match": "/a"}, **before), policy_of({"match": "/a"}, **after))
    assert [(one.direction, one.template) for one in found] == [(direction, "")]


@given(policies())
def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    """Nothing is reported where nothing changed."""
    assert diff(policy, policy) == ()
