"""A caller's fields as the facts of a request."""

from ipaddress import ip_address

import pytest
from tests.dataplane.decision.known import asked

from twogate.rules.forward_auth.reading import Read, Where, cookies, read
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

HERE = Where(ip_address("192.0.2.7"), country="DE", asn=3320)


def reading(*lines: str, cookie: str = "twogate") -> Read:
    found = read(asked("/x", *lines), HERE, cookie=cookie)
    assert isinstance(found, Read)
    return found


@pytest.mark.parametrize(
    ("lines", "token", "bearers", "authorizations", "ours"),
    [
        ((), "", 0, 0, 0),
        (("Authorization: Bearer abc",), "abc", 1, 1, 0),
        (("Authorization: bEARER  abc",), "abc", 1, 1, 0),
        (("Authorization: Bearer abc, def",), "abc, def", 2, 1, 0),
        (("Authorization: Bearer a", "Authorization: Bearer b"), "b", 2, 2, 0),
        (("Authorization: Basic x",), "", 0, 1, 0),
        (("Cookie: a=b; twogate=t; c=d",), "t", 0, 0, 1),
        (("Cookie: a=b;twogate = t ",), "t", 0, 0, 1),
        (("Cookie: twogate=",), "", 0, 0, 0),
        (("Cookie: twogate=a; twogate=b",), "a", 0, 0, 2),
        (("Cookie: twogate=a,twogate=b",), "a", 0, 0, 2),
        (("Cookie: xtwogate=a; __Host-twogate=b; twogate-session=c",), "", 0, 0, 0),
        (("Cookie: twogate=t", "Authorization: Basic x"), "t", 0, 1, 1),
    ],
)
def test_credentials_are_counted_as_the_gateway_counts_them(
    lines: tuple[str, ...], token: str, *, bearers: int, authorizations: int, ours: int
) -> None:
    """One of ours, or how many too many."""
    found = reading(*lines)
    facts = found.facts
    assert (found.token, facts.bearers, facts.authorizations, facts.cookies) == (token, bearers, authorizations, ours)


def test_two_cookie_headers_are_told() -> None:
    """HTTP/1.1 allows one (RFC 6265 section 5.4)."""
    assert reading("Cookie: a=b", "Cookie: c=d").facts.cookie_headers == 2


@pytest.mark.parametrize(
    ("header", "left"),
    [
        ("a=b; twogate=t; c=d", "a=b; c=d"),
        ("twogate=t", ""),
        ("twogate-session=s; twogate-device=d; __Host-twogate-flow=f; last=1", "last=1"),
        ("twogate=t,a=b", "a=b"),
        ("notwogate=1; twogatex=2", "notwogate=1; twogatex=2"),
        ("a=b", "a=b"),
    ],
)
def test_no_cookie_of_ours_goes_upstream(header: str, left: str) -> None:
    """All four, in both spellings; the others stay as they are."""
    assert cookies(header, "twogate")[1] == left


@pytest.mark.parametrize(
    "name", ["X_Auth_Subject", "x_auth_level", "X-Auth_Scope", "X_Forwarded_Uri", "x_twogate_address"]
)
def test_case_68_a_lookalike_of_our_fields_is_refused(name: str) -> None:
    """Where a proxy has not dropped it, it would reach a server that cannot tell it from ours."""
    found = read(asked("/x", f"{name}: usr_root"), HERE, cookie="twogate")
    assert isinstance(found, Refused)
    assert found.reason is Reason.REQUEST_MALFORMED


def test_an_underscore_elsewhere_is_nobodys_business() -> None:
    """Only names that a gateway writes are ours."""
    assert reading("My_Header: x", "x_authority: y").facts.address == HERE.address


@pytest.mark.parametrize("value", ["h2c", "H2C", "websocket, h2c"])
def test_http2_in_clear_is_refused(value: str) -> None:
    """Case 75: a tunnel past every later check."""
    assert isinstance(read(asked("/x", f"Upgrade: {value}"), HERE, cookie="twogate"), Refused)
    assert reading("Upgrade: websocket").token == ""


def test_where_it_comes_from_is_what_the_node_knows() -> None:
    """Never what a field claims."""
    facts = reading("X-Forwarded-For: 6.6.6.6", "CF-IPCountry: CH", "X-Requested-With: x", "Origin: https://a").facts
    assert (str(facts.address), facts.country, facts.asn) == ("192.0.2.7", "DE", 3320)
    assert (facts.requested_with, facts.origin) == (True, "https://a")


def test_case_70_a_malformed_cookie_or_token_is_no_sign_in() -> None:
    """What cannot be read is a credential that nobody vouches for, or none; never a pass."""
    assert reading("Cookie: ;;;=;twogate").token == ""
    assert reading("Authorization: Bearer").token == ""
    assert reading("Authorization: Bearer ").facts.bearers in {0, 1}
    assert reading("Cookie: twogate=\xff\xfe").token == "\xff\xfe"
