"""Tests of ``twogate.rules.policy.reach``."""

import pytest
from hypothesis import given
from tests.rules.policy.drafts import policies, policy_of, targets

from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Mode, Policy
from twogate.rules.policy.paths import NormalPath, normalise
from twogate.rules.policy.reach import Reach
from twogate.rules.policy.templates import template


@pytest.mark.parametrize(
    ("others", "asked", "taken"),
    [
        (["/a/{id}"], "/a/*", True),
        (["/{x}/{y}"], "/*/b", True),
        (["GET /a/{id}"], "/a/*", False),
        (["/a/{id}"], "GET /a/*", True),
        (["/a"], "/a/**", False),
        (["/a", "/a/*/**"], "/a/**", True),
        (["/a", "/a/{id}", "/a/*/*/**"], "/a/**", True),
        (["/a/b"], "/a/{id}", False),
        (["/a/**"], "/a/b", False),
        (["GET /a"], "HEAD /a", False),
        (["GET /{id}"], "HEAD /*", True),
    ],
)
def test_a_template_is_taken_when_more_specific_ones_match_all_of_it(
    others: list[str], asked: str, *, taken: bool
) -> None:
    """Alone or together."""
    assert bool(Reach.of(policy_of({"match": others})).takers(template(asked))) is taken


def test_the_decider_is_the_most_specific_cover() -> None:
    """Narrower templates do not count: they take a part only."""
    reach = Reach.of(policy_of({"name": "wide", "match": "/**"}, {"name": "a", "match": "/a/**"}, {"match": "/a/b"}))
    decider = reach.decider(template("/a/{id}"))
    assert decider is not None
    assert decider.name == "a"
    assert Reach.of(policy_of()).decider(template("/a")) is None


@given(policies(), targets())
def test_a_taken_template_never_decides(policy: Policy, target: str) -> None:
    """Whatever is asked, a template that is said to be taken is not the one that wins."""
    path = normalise(target, "h")
    if not isinstance(path, NormalPath):
        return
    winner, _ = Matcher.of(policy).rule_for("GET", path.segments)
    if winner is not None and winner.rule.mode is Mode.ENFORCE:
        assert not Reach.of(policy).takers(winner.template)
        assert Reach.of(policy).coverers(winner.template)
