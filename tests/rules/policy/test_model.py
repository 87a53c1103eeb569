"""Tests of ``twogate.rules.policy.model``."""

from tests.rules.policy.drafts import policy_of

from twogate.rules.policy.templates import template


def test_specificity_sorts_as_people_expect() -> None:
    """Literal before parameter before wild before rest, from the left; the end before a rest; a method before any."""
    written = ["/**", "/*/**", "/*", "/{id}", "/{id}/b", "/a/**", "GET /a/**", "/a/{id}", "/a/b", "/a", "GET /a"]
    order = sorted(written, key=lambda text: template(text).specificity)
    assert order == ["GET /a", "/a", "/a/b", "/a/{id}", "GET /a/**", "/a/**", "/{id}", "/{id}/b", "/*", "/*/**", "/**"]


def test_a_policy_knows_its_audience_and_issuer() -> None:
    """RFC 9728 resource and RFC 8414 issuer come from the public URL."""
    policy = policy_of(public_url="https://api.example.com:8443")
    assert policy.audience == "https://api.example.com:8443"
    assert policy.issuer == "https://api.example.com:8443/.twogate"
