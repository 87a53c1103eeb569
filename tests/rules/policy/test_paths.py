"""Tests of ``twogate.rules.policy.paths``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import policy_of, targets

from twogate.rules.policy.paths import NormalPath, is_server_wide, normalise, own_hosts, spelled_escapes
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

HOST = "api.example.com"


@pytest.mark.parametrize(
    ("target", "normal"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/a/../b", "/b"),
        ("/a/..", "/"),
        ("/a/.", "/a/"),
        ("/a/b/..", "/a/"),
        ("/./a", "/a"),
        ("/../../a", "/a"),
        ("/a//b/", "/a/b/"),
        ("/a/%2e%2E/b", "/b"),
        ("/%61dmin", "/admin"),
        ("/a/...", "/a/..."),
        ("/a/./..//b", "/b"),
        ("/caf%c3%a9", "/caf%C3%A9"),
        ("/a%20b", "/a%20b"),
        ("/a|b[c]*", "/a|b[c]*"),
        ("/100%25", "/100%25"),
        ("/a?", "/a"),
        ("/a?x=%zz&y=%61/../;", "/a?x=%zz&y=%61/../;"),
        ("http://api.example.com", "/"),
        ("http://API.example.com:80/a/./b?c", "/a/b?c"),
        ("https://api.example.com:443/a", "/a"),
        ("http://u:p@api.example.com:/a", "/a"),
        ("http:///a", "/a"),
        ("ftp://api.example.com/a", "/a"),
        ("https://api.example.com/?x", "/?x"),
    ],
)
def test_a_target_has_one_normal_form(target: str, normal: str) -> None:
    """RFC 3986 section 6.2.2: equal paths get equal spellings, and the query stays as it was sent."""
    found = normalise(target, HOST)
    assert isinstance(found, NormalPath)
    assert found.target == normal


@pytest.mark.parametrize(
    "target",
    [
        "*",
        "a/b",
        "?x",
        "",
        "https://api.example.com?x",
        "/a\\b",
        "/a;b",
        "/a;/..",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a%3Bb",
        "/a%00",
        "/a%0d%0ab",
        "/a%1F",
        "/a%7f",
        "/a#b",
        "/a?b#c",
        "/a%23b",
        "/a%",
        "/a%4",
        "/a%zz",
        "/%%36%36",
        "/a%252fb",
        "/a%252e%252e/b",
        "/%2561dmin",
        "/a%u002fb",
        "/caf\u00e9",
        "/a b",
        "/a\tb",
        "/a\x00",
        "/a\x7f",
        "/%C0%AF",
        "/%c1%9c",
        "/%e0%80%af",
        "/%f0%80%80%af",
        "/a{b}",
        "/<a>",
        '/"a"',
        "/a^b",
        "/a`b",
    ],
)
def test_case_71_a_target_that_can_be_read_in_two_ways_is_refused(target: str) -> None:
    """Dot segments, encoded separators, path parameters and broken escapes never reach a matcher."""
    assert isinstance(normalise(target, HOST), Refused)


@pytest.mark.parametrize(
    "target",
    [
        "http://other.example.com/a",
        "https://u@other.example.com/",
        "http://api.example.com:81/",
        "http://api.example.com:443/",
        "ftp://api.example.com:21/",
        "http://api.example.com.evil.example/",
        "http://api.example.com@evil.example/",
        "http://",
    ],
)
def test_an_absolute_form_for_another_host_is_refused(target: str) -> None:
    """RFC 9112 section 3.2.2: the authority of the request line must be the host that was asked."""
    found = normalise(target, HOST)
    assert isinstance(found, Refused)
    assert found.reason is Reason.HOST_MISMATCH


@given(targets())
def test_normalising_twice_changes_nothing(target: str) -> None:
    """The normal form of a normal form is itself."""
    once = normalise(target, HOST)
    if isinstance(once, NormalPath):
        assert normalise(once.target, HOST) == once


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_normalised_or_refused(target: str) -> None:
    """Nothing that a caller sends raises, and nothing normal holds a dot segment or an empty one."""
    found = normalise(target, HOST)
    if isinstance(found, NormalPath):
        assert found.path.startswith("/")
        assert "//" not in found.path
        assert not {".", ".."} & set(found.segments)
        assert found.path.isascii()


@given(st.text(alphabet="/.%2eE5cCfFaA;\\", max_size=30))
def test_no_spelling_of_a_separator_survives(text: str) -> None:
    """However dots, slashes and escapes are mixed, decoding a normal path again finds no new segment."""
    found = normalise(f"/{text}", HOST)
    if isinstance(found, NormalPath):
        lower = found.path.lower()
        assert not any(bad in lower for bad in ("%2f", "%5c", "%2e", "%3b", "\\", ";"))


def test_a_delimiter_that_a_rule_spells_out_may_not_come_escaped() -> None:
    """``/x%3Acancel`` would dodge the rule for ``/x:cancel`` at a server that decodes it."""
    escapes = spelled_escapes(policy_of({"match": ["POST /x:cancel", "/{id}/**"]}))
    assert escapes == ("%3A",)
    assert isinstance(normalise("/x%3acancel", HOST, refused_escapes=escapes), Refused)
    assert isinstance(normalise("/x%40y", HOST, refused_escapes=escapes), NormalPath)


def test_a_gateway_has_the_names_of_its_public_url() -> None:
    """RFC 9110 section 7.2: with and without the scheme's default port."""
    assert own_hosts("https://api.example.com") == ("api.example.com", "api.example.com:443")
    assert own_hosts("http://[::1]", ("X:1",)) == ("[::1]", "[::1]:80", "x:1")
    assert own_hosts("http://localhost:8080") == ("localhost:8080",)


def test_options_may_ask_about_the_server_as_a_whole() -> None:
    """RFC 9112 section 3.2.4: ``*``, or an absolute form without a path; there is no rule for that."""
    assert is_server_wide("*")
    assert is_server_wide("https://api.example.com")
    assert not is_server_wide("https://api.example.com/")
    assert not is_server_wide("/")
