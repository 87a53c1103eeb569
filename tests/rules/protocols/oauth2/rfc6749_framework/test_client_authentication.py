"""Client authentication: one way, constant time, no oracle."""

import base64

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc6749_framework import client_authentication as rule
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import ClientKind
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret

SECRET = Secret("tg_cs_right")
SHOP = ClientId("shop")
WEB = a_client(ClientKind.WEB, secret_digest=SECRET.sha256())
PUBLIC = a_client(ClientKind.BROWSER)


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "client", "secret"),
    [
        ("shop:tg_cs_right", "shop", "tg_cs_right"),
        ("a%3Ab:c%2Bd+e", "a:b", "c+d e"),
        ("shop:with:colon", "shop", "with:colon"),
    ],
)
def test_basic_is_form_decoded(header: str, client: str, secret: str) -> None:
    """RFC 6749 section 2.3.1: id and secret are form-encoded inside Basic."""
    assert rule.read([_basic(header)], Parameters()) == Presented(ClientId(client), Secret(secret))


def test_post_and_none() -> None:
    """Secret in the body, or a public client's id alone."""
    both = Parameters({"client_id": "shop", "client_secret": "x"})
    assert rule.read([], both) == Presented(SHOP, Secret("x"))
    assert rule.read([], Parameters({"client_id": "shop"})) == Presented(SHOP)


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Bearer x", _basic("shop"), _basic(":x"), _basic("shop:")])
def test_other_headers_are_no_client(header: str) -> None:
    """A header that is not Basic with id and secret proves nobody."""
    assert isinstance(rule.read([header], Parameters()), InvalidClient)


@pytest.mark.parametrize(
    ("headers", "values"),
    [
        ([_basic("shop:x")], {"client_secret": "x"}),
        ([_basic("shop:x")], {"client_id": "desk"}),
        ([_basic("shop:x"), _basic("shop:x")], {}),
    ],
)
def test_two_ways_are_refused(headers: list[str], values: dict[str, str]) -> None:
    """RFC 6749 section 2.3: not more than one method in a request."""
    assert isinstance(rule.read(headers, Parameters(values)), InvalidRequest)


def test_nobody_named_is_no_client() -> None:
    """Neither header nor client_id."""
    assert isinstance(rule.read([], Parameters()), InvalidClient)


@pytest.mark.parametrize(
    ("client", "presented", "good"),
    [
        (WEB, Presented(SHOP, SECRET), True),
        (WEB, Presented(SHOP, Secret("wrong")), False),
        (WEB, Presented(SHOP), False),
        (PUBLIC, Presented(SHOP), True),
        (PUBLIC, Presented(SHOP, SECRET), False),
        (None, Presented(SHOP, SECRET), False),
        (None, Presented(SHOP), False),
        (a_client(secret_digest=SECRET.sha256(), blocked=NOON), Presented(SHOP, SECRET), False),
        (a_client(ClientKind.BROWSER, blocked=NOON), Presented(SHOP), False),
    ],
)
def test_who_is_a_client(client: rule.Client | None, presented: Presented, *, good: bool) -> None:
    """A confidential client needs its secret, a public one must not bring one, a blocked one is none."""
    assert (rule.check(client, presented) is None) is good


def test_the_answer_does_not_tell_why() -> None:
    """Unknown client, wrong secret and blocked client are one answer."""
    answers = {
        rule.check(None, Presented(SHOP, SECRET)),
        rule.check(WEB, Presented(SHOP, Secret("wrong"))),
        rule.check(a_client(blocked=NOON), Presented(SHOP)),
    }
    assert len(answers) == 1
