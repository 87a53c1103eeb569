"""Tests of ``twogate.rules.policy.schema``."""

import tomllib
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import toml

from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.policy.schema import schema

VALIDATOR = jsonschema_rs.validator_for(schema())

GOOD_RULES: tuple[dict[str, Any], ...] = (
    {"match": "/a"},
    {"match": ["GET /a/{id}", "* /b/*", "/**"], "require": "phrh", "max_age": "1h", "factors": 3},
    {"match": "/a", "scopes": "a:b", "networks": ["10.0.0.0/8"], "hours": ["Mon-Fri 08:00-18:00 UTC"]},
    {"match": "/a", "quota": ["1/day", "5/90s"], "mode": "shadow", "name": "x-1", "upstream": "api"},
    {"match": "/a", "forward_credential": True, "require": "none"},
    {"match": "/a", "client_certificate": True, "require": "none"},
    {"match": "/a", "countries": ["DE", "XK", "local"], "asn": "AS3320"},
)
BAD_RULES: tuple[dict[str, Any], ...] = (
    {},
    {"match": []},
    {"match": 3},
    {"match": "a"},
    {"match": "get /a"},
    {"match": ["/a", 1]},
    {"match": "/a" + "a" * 1024},
    {"match": "/a", "require": "AAL2"},
    {"match": "/a", "max_age": 300},
    {"match": "/a", "max_age": "0s"},
    {"match": "/a", "factors": 0},
    {"match": "/a", "factors": "2"},
    {"match": "/a", "scopes": ["a b"]},
    {"match": "/a", "networks": []},
    {"match": "/a", "hours": "always"},
    {"match": "/a", "quota": "10/week"},
    {"match": "/a", "quota": ["1/day"] * 4},
    {"match": "/a", "mode": "off"},
    {"match": "/a", "name": "A"},
    {"match": "/a", "forward_credential": 1},
    {"match": "/a", "client_certificate": "yes"},
    {"match": "/a", "countries": ["QQ"]},
    {"match": "/a", "countries": ["de"]},
    {"match": "/a", "countries": []},
    {"match": "/a", "asn": [3320]},
    {"match": "/a", "asn": "3320"},
    {"match": "/a", "openapi": "x.json"},
    {"match": "/a", "waf": True},
)


def agree(text: str) -> bool:
    """Ask schema and parser about the same file; return what both say."""
    accepted = isinstance(parse(text), Policy)
    assert VALIDATOR.is_valid(tomllib.loads(text)) is accepted, text
    return accepted


@pytest.mark.parametrize("rule", GOOD_RULES)
def test_schema_and_parser_accept_the_same(rule: dict[str, Any]) -> None:
    """What the editor shows as right is right."""
    assert agree(toml([rule]))


@pytest.mark.parametrize("rule", BAD_RULES)
def test_schema_and_parser_refuse_the_same(rule: dict[str, Any]) -> None:
    """What the editor shows as wrong is wrong."""
    assert not agree(toml([rule]))


@pytest.mark.parametrize("top", [{"public_url": "x"}, {"cors": ["*"]}, {"block": 3}, {"blok": []}, {"public_url": 1}])
def test_schema_and_parser_refuse_the_same_at_the_top(top: dict[str, Any]) -> None:
    """The keys above the first table."""
    assert not agree(toml([], **top))


@given(st.lists(st.sampled_from((*GOOD_RULES, *GOOD_RULES, *BAD_RULES)), max_size=3), st.sampled_from(GOOD_RULES))
def test_schema_and_parser_agree_on_mixed_files(rules: list[dict[str, Any]], last: dict[str, Any]) -> None:
    """One wrong rule among right ones is wrong for both."""
    named = [{key: value for key, value in rule.items() if key != "name" or value == "A"} for rule in (*rules, last)]
    agree(toml(named))


def test_every_property_is_described() -> None:
    """Editors show a sentence for each key."""
    document = schema()
    tables = (document, document["properties"]["upstream"]["items"], document["properties"]["rule"]["items"])
    for table in tables:
        assert table["additionalProperties"] is False
        assert all(part["description"] for part in table["properties"].values())
