"""The short way for usual requests never skips a reason that the full order would give."""

import pytest

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.site import GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse

HEAD = """
public_url = "http://localhost:8080"
cors = ["https://app.example.com"]
block = ["192.0.2.0/24"]
[[upstream]]
name = "shop"
url = "http://127.0.0.1:9000"
"""
RULES = '[[rule]]\nmatch = ["GET /orders/{id}"]\nrequire = "aal2"\n'
SHADOW = '[[rule]]\nmatch = "POST /orders/{id}"\nrequire = "phr"\nmode = "shadow"\n'
BEGIN, END = "# the usual request ends here", "# RFC 9112 section 6.1"

CANNOT_BE = (
    "if odd ",
    "if special ",
    "if by_cookie ",
    "if { var(req.key) -m beg other }",
    "special { req.fhdr_cnt(cookie) gt 1 }",
    "{ var(txn.host) -m found }",
    "unless { req.fhdr(host) -m found }",
    "{ src,map_ip(addresses.map) -m found }",
    "{ src -f networks/blocked.lst }",
    "{ var(txn.rule) -m beg -- - }",
)
"""Conditions that are false of every request that the short way lets through."""


def _configuration(rules: str, *, stale: bool = False) -> str:
    policy = parse(HEAD + rules)
    assert isinstance(policy, Policy), policy
    site = GatewaySite(control_socket="/run/c.sock", http_bind="127.0.0.1:8080", stale=stale)
    return compile_gateway(policy, site).configuration


def _usual(text: str) -> list[str]:
    return text[text.index(BEGIN) : text.index(END)].strip().splitlines()


def test_every_check_of_the_full_order_is_false_of_a_usual_request() -> None:
    """A check added to the full order must be asked by the short way too, or be about requests that it leaves alone."""
    text = _configuration(RULES)
    full = text[text.index(END) : text.index("# seen for the first time")]
    checks = [line for line in full.splitlines() if "set-var(txn.why)" in line or " return status" in line]
    assert len(checks) > len(CANNOT_BE)
    assert [line for line in checks if not any(words in line for words in CANNOT_BE)] == []


def test_the_key_is_made_for_usual_requests_only() -> None:
    """Odd paths, special headers, foreign hosts, rare methods, blocked addresses and refused framing get none."""
    (key,) = (line for line in _usual(_configuration(RULES)) if "set-var(req.key)" in line)
    wanted = ("!odd", "!special", "host_is_ours", "{ method GET", "!{ src,map_ip(addresses.map) -m found }")
    assert all(words in key for words in (*wanted, "!{ src -f networks/blocked.lst }", "still_passed"))


def test_a_usual_request_is_still_compared_with_everything_that_can_have_changed() -> None:
    """Expiry, revoked grants and noted subjects; beginning and audience were asked when the token was remembered."""
    assert _usual(_configuration(RULES))[-1].split(" if ")[1].split() == [
        "alive",
        "!grant_revoked",
        "!subject_noted",
    ]


def test_only_a_request_with_nothing_against_it_has_a_key_and_nothing_else_leads_to_a_pass() -> None:
    """No key, no rule; no rule, no facts; no facts, no pass: so the last lines need not ask again what has passed."""
    lines = _usual(_configuration(RULES))
    sets = [line for line in lines if "set-var" in line]
    assert "still_passed" in sets[0]
    assert not any("set-var(txn.why)" in line for line in lines)
    assert all("var(req.key)" in line or "var(txn.rule) -m str" in line for line in sets if "set-var(txn.rule)" in line)
    (facts,) = (line for line in sets if "set-var(txn.facts)" in line)
    assert facts.split(" if ")[1].split()[0] == "guarded"


@pytest.mark.parametrize(("rules", "stale"), [(RULES + SHADOW, False), (RULES, True)])
def test_shadow_rules_and_stale_edges_know_no_short_way(rules: str, *, stale: bool) -> None:
    """A shadow rule must be judged, and an edge out of touch must refuse, whatever the request looks like."""
    assert BEGIN not in _configuration(rules, stale=stale)
