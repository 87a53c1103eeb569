"""Tests of ``twogate.rules.policy.match``."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import METHODS, policies, policy_of, targets

from twogate.rules.policy.match import Matcher, method_order
from twogate.rules.policy.model import Mode, Policy, Rule, SegmentKind, Template
from twogate.rules.policy.paths import NormalPath, normalise


def decide(policy: Policy, method: str, path: str) -> str:
    """Return the name of the rule that decides; empty = none."""
    found = normalise(path, "h")
    assert isinstance(found, NormalPath)
    winner, _ = Matcher.of(policy).rule_for(method, found.segments)
    return winner.rule.name if winner else ""


POLICY = policy_of(
    {"name": "all", "match": "/**"},
    {"name": "tree", "match": "/v1/**"},
    {"name": "exact", "match": "/v1/orders"},
    {"name": "one", "match": "/v1/{id}"},
    {"name": "wild", "match": "/v1/*/items"},
    {"name": "get", "match": "GET /v1/orders"},
    {"name": "head", "match": "HEAD /v1/{id}/lines"},
    {"name": "lines", "match": "GET /v1/{id}/lines"},
    {"name": "ghost", "match": "/v1/orders/7", "mode": "shadow"},
)


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [
        ("GET", "/", "all"),
        ("GET", "/v1", "tree"),
        ("GET", "/v1/", "tree"),
        ("POST", "/v1/orders", "exact"),
        ("POST", "/v1/orders/", "exact"),
        ("GET", "/v1/orders", "get"),
        ("HEAD", "/v1/orders", "get"),
        ("GET", "/v1/7", "one"),
        ("GET", "/v1/7/items", "wild"),
        ("GET", "/v1/orders/7", "tree"),
        ("HEAD", "/v1/7/lines", "head"),
        ("GET", "/v1/7/lines", "lines"),
        ("POST", "/v1/7/lines", "tree"),
        ("GET", "/V1/orders", "all"),
    ],
)
def test_the_most_specific_enforced_template_decides(method: str, path: str, rule: str) -> None:
    """Whatever the order in the file; HEAD obeys GET unless a rule names it; shadow rules decide nothing."""
    assert decide(POLICY, method, path) == rule


def test_without_a_template_nothing_decides() -> None:
    """And then the request is refused."""
    assert decide(policy_of({"match": "/a"}), "GET", "/b") == ""
    assert decide(policy_of(), "GET", "/") == ""


def test_more_specific_shadow_rules_are_named() -> None:
    """Less specific ones would not have decided either."""
    winner, shadows = Matcher.of(POLICY).rule_for("GET", ("v1", "orders", "7"))
    assert winner is not None
    assert [candidate.rule.name for candidate in shadows] == ["ghost"]


def naive(policy: Policy, method: str, path: str, *, modes: tuple[Mode, ...]) -> list[Rule]:
    """Match every template by a regular expression, one after the other, then sort: slow and obvious."""
    found: list[tuple[list[int], int, Rule]] = []
    for rule in policy.rules:
        for template in rule.match:
            methods = method_order(method)
            if rule.mode in modes and template.method in methods and re.fullmatch(_regex(template), path):
                ranks = ["abcd".index(segment.kind.value) for segment in template.segments]
                found.append(([*ranks, 2.5], methods.index(template.method), rule))  # type: ignore[list-item]
    return [rule for _, _, rule in sorted(found, key=lambda row: row[:2])]


def _regex(template: Template) -> str:
    text = ""
    for segment in template.segments:
        match segment.kind:
            case SegmentKind.LITERAL:
                text += "/" + re.escape(segment.text)
            case SegmentKind.REST:
                return f"{text}(/.*)?"
            case _:
                text += "/[^/]+"
    return f"{text}/?"


@given(policies(), st.lists(st.tuples(st.sampled_from(METHODS), targets()), min_size=1, max_size=8))
def test_the_index_finds_what_a_naive_matcher_finds(policy: Policy, asked: list[tuple[str, str]]) -> None:
    """Tuple-space search and trying every template agree, on the winner and on the whole order."""
    matcher = Matcher.of(policy)
    for method, target in asked:
        path = normalise(target, "h")
        if not isinstance(path, NormalPath):
            continue
        winner, _ = matcher.rule_for(method, path.segments)
        enforced = naive(policy, method, path.path, modes=(Mode.ENFORCE,))
        assert (winner.rule if winner else None) == (enforced[0] if enforced else None)
        every = naive(policy, method, path.path, modes=tuple(Mode))
        assert len(list(matcher.candidates(method, path.segments))) == len(every)


@given(policies(), targets())
def test_specificity_orders_all_matching_templates(policy: Policy, target: str) -> None:
    """Among enforced templates that match one request no two are equally specific."""
    path = normalise(target, "h")
    if isinstance(path, NormalPath):
        found = [c for c in Matcher.of(policy).candidates("POST", path.segments) if c.rule.mode is Mode.ENFORCE]
        keys = [candidate.template.specificity for candidate in found]
        assert keys == sorted(set(keys))
