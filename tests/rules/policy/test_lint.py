"""Tests of ``twogate.rules.policy.lint``."""

from typing import Any

import pytest
from hypothesis import given
from tests.rules.policy.drafts import policies, policy_of

from twogate.rules.policy.lint import FATAL, LINTS, SENTENCE, LintId, lint
from twogate.rules.policy.model import Policy, Upstream

CASES: list[tuple[LintId, list[dict[str, Any]], str]] = [
    (LintId.TIE, [{"match": "/a/{id}", "name": "x"}, {"match": "/a/{other}/", "name": "y"}], "y"),
    (LintId.TIE, [{"match": ["GET /a", "GET /a"], "name": "x"}], "x"),
    (LintId.TIE, [{"match": "/a", "mode": "shadow"}, {"match": "/a", "mode": "shadow", "name": "y"}], "y"),
    (LintId.CONTROL_PATH, [{"match": "GET /.twogate/**", "name": "x"}], "x"),
    (LintId.CONTROL_PATH, [{"match": "/.twogate", "name": "x"}], "x"),
    (LintId.CONTROL_PATH, [{"match": "/.well-known/oauth-protected-resource", "name": "x"}], "x"),
    (LintId.NO_RULES, [], ""),
    (LintId.UNREACHABLE, [{"match": "/a/*", "name": "x"}, {"match": "/a/{id}"}], "x"),
    (LintId.UNREACHABLE, [{"match": "/a/**", "name": "x"}, {"match": ["/a", "/a/*/**"]}], "x"),
    (LintId.SHADOW_ONLY, [{"match": "/a", "mode": "shadow", "name": "x"}], "x"),
    (LintId.WIDE_NONE, [{"match": "/**", "require": "none", "name": "x"}], "x"),
    (LintId.WIDE_NONE, [{"match": "/public/**", "require": "none", "name": "x"}], "x"),
]


@pytest.mark.parametrize(("lint_id", "rules", "where"), CASES)
def test_each_slip_is_named(lint_id: LintId, rules: list[dict[str, Any]], where: str) -> None:
    """With the rule it is about and the line where it stands."""
    found = [finding for finding in lint(policy_of(*rules)) if finding.id is lint_id]
    assert [finding.rule for finding in found] == [where]
    assert found[0].line >= 1
    assert found[0].detail


@pytest.mark.parametrize(
    "rules",
    [
        [{"match": "/a"}, {"match": "GET /a"}, {"match": "/a", "mode": "shadow"}],
        [{"match": "/{id}"}, {"match": "/*/b"}, {"match": "/**"}],
        [{"match": "GET /public/**", "require": "none"}],
        [{"match": "/**", "require": "none", "networks": ["127.0.0.0/8"]}],
        [{"match": "/v1/public/**", "require": "none"}],
        [{"match": "/{x}/**"}],
    ],
)
def test_a_wise_policy_has_no_findings(rules: list[dict[str, Any]]) -> None:
    """Advice that cries wolf is not read."""
    assert lint(policy_of(*rules)) == ()


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://api.example.com", True),
        ("https://api.example.com", False),
        ("http://localhost:8080", False),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
    ],
)
def test_plain_http_is_for_this_machine_only(url: str, *, warned: bool) -> None:
    """Tokens would travel in the clear."""
    ids = [finding.id for finding in lint(policy_of({"match": "/a"}, public_url=url))]
    assert (LintId.PLAIN_HTTP in ids) is warned


def test_an_upstream_that_no_rule_uses_is_named() -> None:
    """It may be a misspelt one."""
    policy = policy_of({"match": "/a"})
    more = Policy(policy.public_url, (*policy.upstreams, Upstream("spare", "http://127.0.0.1:1")), policy.rules)
    assert [(finding.id, finding.rule) for finding in lint(more)] == [(LintId.UPSTREAM_UNUSED, "spare")]


def test_fatal_findings_come_first_and_read_as_mistakes() -> None:
    """A policy with one of them is refused."""
    first, *_ = lint(policy_of({"match": "/**", "require": "none"}, {"match": "/a"}, {"match": "/a", "name": "y"}))
    assert first.fatal
    assert str(first.as_mistake()).startswith("line 10: y: Two rules match exactly the same requests")


def test_every_lint_has_a_sentence() -> None:
    """The reference lists them all."""
    assert set(SENTENCE) == set(LintId) > FATAL
    assert len(LINTS) == len(LintId)


@given(policies())
def test_any_policy_can_be_linted(policy: Policy) -> None:
    """And the drawn ones hold no tie."""
    assert not any(finding.fatal for finding in lint(policy))
