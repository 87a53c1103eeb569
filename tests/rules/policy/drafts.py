"""Policies and requests for tests: written as TOML by hand or drawn by Hypothesis."""

import json
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from hypothesis import strategies as st

from twogate.rules.assurance.level import Level
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.policy.request import Presented, RequestFacts
from twogate.terms.access import AccessFacts

PUBLIC_URL = "https://api.example.com"
NOW = 1_790_000_000
WORDS = ("a", "b", "v1", "orders", "x:cancel", "né", "a%20b")
METHODS = ("GET", "POST", "HEAD", "DELETE", "OPTIONS")


def toml(rules: Iterable[dict[str, Any]], **top: object) -> str:
    """Write a policy file with one upstream."""
    lines = [f"{key} = {_value(value)}" for key, value in {"public_url": PUBLIC_URL, **top}.items()]
    lines += ["[[upstream]]", 'name = "api"', 'url = "http://127.0.0.1:9000"']
    for rule in rules:
        lines += ["[[rule]]", *(f"{key} = {_value(value)}" for key, value in rule.items())]
    return "\n".join(lines) + "\n"


def policy_of(*rules: dict[str, Any], **top: object) -> Policy:
    """Parse a policy that must be right."""
    policy = parse(toml(rules, **top))
    assert isinstance(policy, Policy), policy
    return policy


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


def request(method: str = "GET", target: str = "/", **facts: Any) -> RequestFacts:
    """A request of a program at a harmless address."""
    given = {"host": "api.example.com", "address": ip_address("192.0.2.7"), **facts}
    return RequestFacts(method=method, target=target, **given)


def bearer(method: str = "GET", target: str = "/", **facts: Any) -> RequestFacts:
    """The same with one bearer token."""
    return request(method, target, bearers=1, authorizations=1, **facts)


def person(level: Level = Level.AAL1, *, age: int = 10, **changes: Any) -> Presented:
    """Somebody who proved themselves ``age`` seconds ago."""
    state = {key: changes.pop(key) for key in ("revoked", "subject_blocked", "step_up_since") if key in changes}
    facts = AccessFacts(
        **{
            "subject": "usr_a",
            "grant": "gnt_a",
            "rank": int(level),
            "auth_time": NOW - age,
            "expires": NOW + 300,
            "not_before": NOW - age,
            "factors": 1 if level is Level.AAL1 else 2,
            "audience": PUBLIC_URL,
            "client": "cli_a",
            **changes,
        },
    )
    return Presented(facts, **state)


def service(**changes: Any) -> Presented:
    """A service account: nobody proved themselves for it."""
    return person(**{"auth_time": 0, "factors": 1, "expires": 0, "subject": "cli_svc", **changes})


@st.composite
def templates(draw: st.DrawFn) -> str:
    """One template over a small alphabet, so that templates meet."""
    parts = draw(st.lists(st.sampled_from((*WORDS, "{id}", "{other}", "*")), max_size=4))
    rest = draw(st.booleans())
    method = draw(st.sampled_from(("", "", *(f"{method} " for method in METHODS))))
    return f"{method}/{'/'.join([*parts, *(['**'] if rest else [])])}"


@st.composite
def targets(draw: st.DrawFn) -> str:
    """A request target over the same alphabet, with odd spellings."""
    odd = (
        "",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%61",
        "%C3%A9",
        "n%c3%a9",
        "a%20b",
        "%20",
        "c",
        "{id}",
        "*",
        "x%3acancel",
        "%2F",
    )
    plain = ("a", "b", "v1", "orders", "x:cancel", "n%C3%A9", "a%20b", "zz")
    parts = draw(st.lists(st.sampled_from((*plain, *plain, *plain, *odd)), max_size=6))
    query = draw(st.sampled_from(("", "", "?", "?q=%2e%2e", "?a=1&b=/../")))
    return f"/{'/'.join(parts)}{query}"


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy without ties, some rules in shadow."""
    rules: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    for _ in range(draw(st.integers(0, 8))):
        mode = draw(st.sampled_from(("enforce", "enforce", "enforce", "shadow")))
        match = []
        for template in draw(st.lists(templates(), min_size=1, max_size=3)):
            shape = template.replace("{other}", "{id}").removesuffix("/")
            if (shape, mode) not in seen:
                seen.add((shape, mode))
                match.append(template)
        if match:
            rules.append({"match": match, "mode": mode, "require": draw(st.sampled_from(("none", "aal1", "aal2")))})
    return policy_of(*rules)
