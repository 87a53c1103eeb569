"""Client authentication: one way, constant time, no oracle."""

import base64
import json
from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client
from tests.rules.protocols.keys import JWT_BEARER, Caller

from twogate.rules.protocols.oauth2.rfc6749_framework import client_authentication as rule
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.client_authentication import thumbprints
from twogate.terms.caller import ClientCertificate
from twogate.terms.client import AuthMethod, ClientKind
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


BANK = Caller()
STATED = {"client_assertion_type": JWT_BEARER, "client_assertion": BANK.assertion("shop")}


def test_a_statement_names_its_client() -> None:
    """RFC 7523 section 2.2: client_id may be left out, and must not name another."""
    for more in ({}, {"client_id": "shop"}):
        read = rule.read([], Parameters(STATED | more))
        assert isinstance(read, Presented)
        assert (read.client, read.guessed, read.assertion is not None) == ("shop", True, True)
    assert isinstance(rule.read([], Parameters(STATED | {"client_id": "desk"})), InvalidRequest)
    nobody = STATED | {"client_assertion": BANK.assertion("shop", sub=None)}
    assert isinstance(rule.read([], Parameters(nobody)), InvalidClient)


@pytest.mark.parametrize("headers", [[_basic("shop:x")], []])
def test_a_statement_stands_alone(headers: list[str]) -> None:
    """Beside a secret, in whichever place, it is one way too many."""
    more = {} if headers else {"client_secret": "x"}
    assert isinstance(rule.read(headers, Parameters(STATED | more)), InvalidRequest)


CERTIFICATE = ClientCertificate("t" * 43, "CN=Clients", "CN=shop")
JWKS = json.dumps({"keys": [{"x5c": [base64.b64encode(b"der").decode()]}]})
THUMBPRINT = next(iter(thumbprints(JWKS)))


@pytest.mark.parametrize("method", [one for one in AuthMethod if one is not AuthMethod.BY_KIND])
def test_each_method_is_met_by_its_own_proof_alone(method: AuthMethod) -> None:
    """Whatever else is presented, in whichever place, is none; a statement is looked at once more elsewhere."""
    secretive = method in (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)
    client = a_client(
        auth_method=method, secret_digest=SECRET.sha256() if secretive else "", jwks=JWKS, tls_subject="CN=shop"
    )
    statement = rule.read([], Parameters(STATED))
    assert isinstance(statement, Presented)
    shown = {
        AuthMethod.NONE: Presented(SHOP),
        AuthMethod.SECRET_BASIC: Presented(SHOP, SECRET, AuthMethod.SECRET_BASIC),
        AuthMethod.SECRET_POST: Presented(SHOP, SECRET, AuthMethod.SECRET_POST),
        AuthMethod.PRIVATE_KEY_JWT: statement,
        AuthMethod.TLS: Presented(SHOP, certificate=CERTIFICATE),
        AuthMethod.SELF_SIGNED_TLS: Presented(SHOP, self_signed=THUMBPRINT),
    }
    good = {name for name, presented in shown.items() if rule.check(client, presented) is None}
    if method is AuthMethod.NONE:  # a certificate that happens to be shown is not meant as a proof
        assert good == {AuthMethod.NONE, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS}
    else:
        assert good == {method}
    blocked = replace(client, blocked=NOON)
    assert all(rule.check(blocked, presented) is not None for presented in shown.values())
