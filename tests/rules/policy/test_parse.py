"""Tests of ``twogate.rules.policy.parse``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import policy_of, toml

from twogate.rules.assurance.level import Level
from twogate.rules.policy.mistakes import Mistake
from twogate.rules.policy.model import Mode, Policy, Quota, Requirement
from twogate.rules.policy.parse import parse, parse_bytes

WHOLE = """\
public_url = "https://API.example.com/"
cors = ["https://app.example.com"]
block = ["198.51.100.0/24"]

[[upstream]]
name = "payments"
url = "https://127.0.0.1:9000"
host = "payments.internal"
ca_file = "tls/ca.pem"
timeout = "90s"

[[upstream]]
name = "legacy"
url = "http://127.0.0.1:9001"

[[rule]]
name = "transfers"
match = ["POST /v1/transfers", "DELETE /v1/**"]
require = "aal2"
max_age = "5m"
factors = 2
scopes = ["transfers:write"]
networks = ["10.0.0.0/8", "2001:db8::/32"]
hours = "Mon-Fri 08:00-18:00 Europe/Berlin"
quota = ["100/day", "5/10s"]
upstream = "payments"
forward_credential = true

[[rule]]
match = "/**"
upstream = "legacy"
mode = "shadow"
"""


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    """Parse what must be wrong."""
    found = parse(text)
    assert isinstance(found, tuple)
    assert all(1 <= mistake.line <= text.count("\n") + 1 and mistake.message for mistake in found)
    return found


def test_a_whole_file_is_read() -> None:
    """Every key arrives as the type that the rules want."""
    policy = parse(WHOLE)
    assert isinstance(policy, Policy)
    assert policy.public_url == policy.audience == "https://api.example.com"
    assert policy.issuer == "https://api.example.com/.twogate"
    assert policy.cors_origins == ("https://app.example.com",)
    assert [upstream.timeout for upstream in policy.upstreams] == [90, 60]
    transfers, rest = policy.rules
    assert (transfers.name, transfers.line, transfers.upstream) == ("transfers", 16, "payments")
    assert transfers.forward_credential
    assert transfers.require.level is Level.AAL2
    assert transfers.require.max_age == 300
    assert transfers.require.quota == (Quota(100, 86_400), Quota(5, 10))
    assert rest.mode is Mode.SHADOW
    assert rest.require == Requirement()


def test_a_rule_without_require_asks_for_a_sign_in() -> None:
    """The default is never an open door."""
    assert policy_of({"match": "/a"}).rules[0].require.level is Level.AAL1


def test_a_rule_without_a_name_gets_one_from_its_first_template() -> None:
    """Made names are unique and never take a given one."""
    rules = ({"match": "GET /v1/x/{id}"}, {"match": "/v1-x"}, {"match": "/v1/x"}, {"match": "/"}, {"match": "/**"})
    names = [rule.name for rule in policy_of(*rules, {"match": "/q", "name": "v1-x-2"}).rules]
    assert names == ["get-v1-x-id", "v1-x", "v1-x-3", "root", "all", "v1-x-2"]


@pytest.mark.parametrize(
    ("text", "line", "where", "words"),
    [
        ('a = "b', 1, "", "not TOML"),
        ("a = 1\nb = \n", 2, "", "not TOML"),
        ("a = 1\n\n[b", 3, "", "not TOML"),
        ("a = 1\na = 2\n", 2, "", "not TOML"),
        ("", 1, "", "public_url is missing"),
        (toml([{"match": "/a", "approve": "owner"}]), 7, "rule[1].approve", 'unknown key "approve"'),
        (toml([{"match": "/a", "max_aeg": "5m"}]), 7, "rule[1].max_aeg", 'did you mean "max_age"?'),
        (toml([{"match": "/a", "require": "all2"}]), 7, "rule[1].require", 'did you mean "aal2"?'),
        (toml([{"match": ["/a", "b"]}]), 6, "rule[1].match[2]", "a template is"),
        (toml([{"match": []}]), 6, "rule[1].match", "expected 1 to"),
        (toml([{"name": "x"}]), 5, "rule[1]", "match is missing"),
        (toml([{"match": "/a", "factors": 4}]), 7, "rule[1].factors", "expected 1 to 3"),
        (toml([{"match": "/a", "factors": True}]), 7, "rule[1].factors", "not true or false"),
        (toml([{"match": "/a", "forward_credential": "yes"}]), 7, "rule[1].forward_credential", "not a text"),
        (toml([{"match": "/a", "upstream": "ap"}]), 7, "rule[1].upstream", 'did you mean "api"?'),
        (toml([{"match": "/a", "name": "x"}, {"match": "/b", "name": "x"}]), 10, "rule[2].name", "two rules named x"),
        (toml([{"match": "/a", "require": "none", "max_age": "5m"}]), 8, "rule[1].max_age", "means nothing"),
        (toml([{"match": "/a", "quota": ["1/s", "2/d", "3/m", "4/h"]}]), 7, "rule[1].quota", "expected 1 to 3"),
        (toml([], cors=["*"]), 2, "cors[1]", "write scheme, host"),
        (toml([]) + "[[rules]]\nmatch = 1\n", 5, "rules", 'did you mean "rule"?'),
        (toml([]) + "[rule]\nmatch = 1\n", 5, "rule", "write [[rule]]"),
        (toml([]) + '[[upstream]]\nname = "api"\nurl = "http://b"\n', 6, "upstream[2].name", "two upstreams"),
        (toml([]) + 'host = "x"\nca_file = "ca.pem"\n', 6, "upstream[1].ca_file", "needs an https url"),
        ('public_url = "https://a.example"\n', 1, "", "no [[upstream]]"),
        ("upstream = [1, 2]\n", 1, "upstream[2]", "write [[upstream]]"),
        ("x = " + "[" * 5000, 1, "", ""),
        ("public_url = 1979-05-27\n", 1, "public_url", "not a date or time"),
    ],
)
def test_a_mistake_names_its_line_and_place(text: str, line: int, where: str, words: str) -> None:
    """Each kind of mistake, where it stands and what to write instead."""
    found = mistakes_of(text)
    assert any(m.line == line and m.where == where and words in f"{m.message} {m.hint}" for m in found), found


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody has to fix one to see the next."""
    text = toml([{"match": ["a", "/b*"], "require": "x", "quota": "1"}, {"math": "/a"}], public_url="ftp://x")
    lines = [mistake.line for mistake in mistakes_of(text)]
    assert lines == sorted(lines)
    assert len(lines) == 7


def test_a_rule_must_choose_where_there_are_several_upstreams() -> None:
    """Nothing is sent to a server by accident."""
    text = toml([]) + '[[upstream]]\nname = "b"\nurl = "http://b"\n[[rule]]\nmatch = "/a"\n'
    (mistake,) = mistakes_of(text)
    assert "there are several" in mistake.message
    assert mistake.hint == "one of api, b"


def test_too_much_is_refused() -> None:
    """At most 5 MB and 50,000 templates."""
    assert "5 MB" in mistakes_of("#" * 5_000_001)[0].message
    many = [{"match": [f"/{number}/{part}" for part in range(1001)]} for number in range(50)]
    assert any("50050 templates" in mistake.message for mistake in mistakes_of(toml(many)))


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    """TOML is UTF-8."""
    found = parse_bytes(b"a = 1\nb = '\xff'\n")
    assert isinstance(found, tuple)
    assert (found[0].line, found[0].message) == (2, "the file is not UTF-8")
    assert isinstance(parse_bytes(b"\xef\xbb\xbf" + WHOLE.encode()), Policy)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_mistakes(document: bytes) -> None:
    """Nothing raises."""
    found = parse_bytes(document)
    assert isinstance(found, tuple)
    assert found


SNIPPETS = (
    *WHOLE.split("\n"),
    "[",
    "]]",
    "x = {",
    '"""',
    "'''",
    "rule = 1",
    "[rule]",
    "[[upstream.x]]",
    "a.b.c = 1",
    "#",
)


@given(st.lists(st.sampled_from(SNIPPETS), max_size=25).map("\n".join))
def test_any_shuffled_file_is_a_policy_or_mistakes(text: str) -> None:
    """Pieces of a good file in any order never raise, and each mistake has a line of the file."""
    found = parse(text)
    if not isinstance(found, Policy):
        assert found
        assert all(1 <= mistake.line <= text.count("\n") + 1 for mistake in found)
