"""Who is at the door, as far as the gateway vouches for it."""

import pytest
from tests.ports import SeededEntropy
from tests.web.requests import request

from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.verdict import Refused
from twogate.web.caller import LOCAL, name_request, read_address, read_caller, read_certificate


def test_the_gateway_names_the_caller() -> None:
    """Address and request id come from the gateway's headers."""
    caller = read_caller(request(headers=[("x-twogate-address", "192.0.2.7"), ("user-agent", "Browser/1")]))
    assert caller == Caller(address="192.0.2.7", user_agent="Browser/1", request_id="req_test")


def test_without_a_gateway_the_caller_is_local() -> None:
    """No header: a program on this machine."""
    assert read_address(request()) == LOCAL


@pytest.mark.parametrize(
    ("given", "address"),
    [("::1", "::1"), ("2001:DB8:0::7", "2001:db8::7"), ("::ffff:192.0.2.7", "192.0.2.7")],
)
def test_one_spelling_for_each_address(given: str, address: str) -> None:
    """Spellings of one address are one address, so that budgets cannot be split."""
    assert read_address(request(headers=[("x-twogate-address", given)])) == address


@pytest.mark.parametrize("given", ["a", "", "192.0.2.7, 192.0.2.8", "192.0.2.7:80", "192.0.2", "[::1]", "192.0.2.7 "])
def test_case_11_a_garbage_address_is_refused(given: str) -> None:
    """An address that the gateway cannot have written refuses the request instead of skipping a check."""
    assert isinstance(read_caller(request(headers=[("x-twogate-address", given)])), Refused)


def test_case_65_forwarded_headers_are_not_believed() -> None:
    """X-Forwarded-For and its kin say nothing about the caller."""
    headers = [("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=6.6.6.6"), ("x-real-ip", "6.6.6.6")]
    assert read_address(request(headers=headers)) == LOCAL


def test_address_given_twice_is_refused() -> None:
    """Two addresses cannot both be the gateway's."""
    twice = [("x-twogate-address", "192.0.2.7"), ("x-twogate-address", "192.0.2.7")]
    assert isinstance(read_address(request(headers=twice)), Refused)


@pytest.mark.parametrize("given", ["", "a b", "x" * 200, 'a"b', "\u00e9"])
def test_an_odd_request_id_is_replaced(given: str) -> None:
    """An id that could break a log line is replaced by a new one."""
    assert name_request(request(headers=[("x-twogate-request-id", given)]), SeededEntropy()).startswith("req_")


def test_the_gateways_request_id_is_kept() -> None:
    """One request has one id, at the gateway and here."""
    assert name_request(request(headers=[("x-twogate-request-id", "01AB-cd.9:7")]), SeededEntropy()) == "01AB-cd.9:7"


def test_case_80_user_agent_cannot_break_a_log_line() -> None:
    """Control characters are dropped and the length is bounded."""
    caller = read_caller(request(headers=[("user-agent", "a\x1b[31m\tb" + "x" * 999)]))
    assert isinstance(caller, Caller)
    assert caller.user_agent.isprintable()
    assert len(caller.user_agent) == 256


GOOD = [
    ("x-twogate-certificate", "A" * 43),
    ("x-twogate-certificate-issuer", "CN=Clients,O=Example"),
    ("x-twogate-certificate-subject", "CN=good"),
]


def test_the_gateway_names_a_good_certificate() -> None:
    """Its thumbprint and its names; without one there is none."""
    caller = read_caller(request(headers=GOOD))
    assert isinstance(caller, Caller)
    assert caller.certificate == ClientCertificate("A" * 43, "CN=Clients,O=Example", "CN=good")
    assert read_certificate(request()) is None


@pytest.mark.parametrize(
    "headers",
    [
        GOOD[:1],
        [*GOOD, GOOD[0]],
        [*GOOD, GOOD[1]],
        [("x-twogate-certificate", "A" * 42), *GOOD[1:]],
        [("x-twogate-certificate", "A" * 42 + "="), *GOOD[1:]],
        [("x-twogate-certificate", ""), *GOOD[1:]],
    ],
)
def test_a_certificate_that_the_gateway_cannot_have_told_is_refused(headers: list[tuple[str, str]]) -> None:
    """Twice, without its names, or no thumbprint: the request is malformed, and nobody is taken for somebody."""
    assert isinstance(read_caller(request(headers=headers)), Refused)
