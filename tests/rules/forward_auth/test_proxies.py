"""Only what the proxy itself writes is believed about a request."""

import pytest

from twogate.rules.forward_auth.proxies import (
    ADDRESS,
    CADDY,
    HOST,
    METHOD,
    NGINX,
    TARGET,
    Asked,
    asked_in_fields,
    asked_in_line,
    last_address,
)
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

TOLD = [(METHOD, b"GET"), (TARGET, b"/v1/x?y=1"), (HOST, b"api.example.com"), (ADDRESS, b"192.0.2.7")]


def test_a_question_in_fields_is_read() -> None:
    """Method, target, host and address; all fields of the caller stay to be looked at."""
    asked = asked_in_fields([*TOLD, (b"accept", b"*/*")])
    assert isinstance(asked, Asked)
    assert (asked.method, asked.target, asked.host, asked.address) == (
        "GET",
        "/v1/x?y=1",
        "api.example.com",
        "192.0.2.7",
    )
    assert (b"accept", b"*/*") in asked.headers


@pytest.mark.parametrize("missing", [METHOD, TARGET, HOST, ADDRESS])
def test_a_proxy_that_does_not_tell_is_refused(missing: bytes) -> None:
    """There is no default for what a request is about."""
    found = asked_in_fields([pair for pair in TOLD if pair[0] != missing])
    assert isinstance(found, Refused)
    assert missing.decode() in found.detail


@pytest.mark.parametrize("twice", [METHOD, TARGET, HOST])
def test_case_65_a_second_forwarded_field_is_refused(twice: bytes) -> None:
    """A proxy that adds its field beside the caller's instead of over it is not set up; either could be the lie."""
    for at in (0, len(TOLD)):
        lies = [*TOLD]
        lies.insert(at, (twice, b"/public/x"))
        found = asked_in_fields(lies)
        assert isinstance(found, Refused)
        assert found.reason is Reason.REQUEST_MALFORMED


def test_case_65_other_spellings_of_the_target_are_not_read() -> None:
    """X-Original-URL, X-Rewrite-URL and their like name nothing."""
    lies = [(b"x-original-url", b"/public"), (b"x-rewrite-url", b"/public"), (b"x-original-uri", b"/public")]
    asked = asked_in_fields([*lies, *TOLD])
    assert isinstance(asked, Asked)
    assert asked.target == "/v1/x?y=1"


def test_the_address_is_the_one_that_the_proxy_wrote() -> None:
    """Behind whatever the caller made up: the last element of the last field."""
    assert last_address(b"6.6.6.6, 10.0.0.1 , 192.0.2.7") == "192.0.2.7"
    asked = asked_in_fields([(ADDRESS, b"6.6.6.6"), *TOLD])
    assert isinstance(asked, Asked)
    assert asked.address == "192.0.2.7"
    line = asked_in_line("GET", b"/x", [(b"host", b"h"), (ADDRESS, b"6.6.6.6"), (ADDRESS, b"7.7.7.7,192.0.2.7")])
    assert isinstance(line, Asked)
    assert line.address == "192.0.2.7"


def test_a_question_by_its_own_line_is_read() -> None:
    """Envoy asks with the caller's own method and target."""
    asked = asked_in_line("DELETE", b"/v1/x?a=%2F", [(b"host", b"api.example.com"), (ADDRESS, b"::1")])
    assert isinstance(asked, Asked)
    assert (asked.method, asked.target, asked.address) == ("DELETE", "/v1/x?a=%2F", "::1")


@pytest.mark.parametrize(
    "headers", [[], [(b"host", b"h")], [(ADDRESS, b"::1")], [(b"host", b"h"), (b"host", b"i"), (ADDRESS, b"::1")]]
)
def test_without_one_host_and_an_address_it_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    """Two hosts are none."""
    assert isinstance(asked_in_line("GET", b"/x", headers), Refused)


def test_only_a_proxy_that_says_so_rewrites() -> None:
    """The default is the strict one."""
    assert not NGINX.rewrites
    assert NGINX.rewriting().rewrites
    assert NGINX.rewriting().two_answers
    assert CADDY.rewriting().name == "caddy"
