"""Statements by which a client proves itself: one wrong thing at a time."""

import json
from typing import Any

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client
from tests.rules.protocols.keys import ISSUER, Caller, unsigned

from twogate.rules.protocols.jose import compact
from twogate.rules.protocols.oauth2.rfc7523_jwt_client_authentication.assertion import (
    LONGEST_LIFE,
    Mark,
    check,
    subject,
)
from twogate.terms.client import AuthMethod, Client
from twogate.terms.verdict import Passed, Refused

SHOP = Caller()


def _client(*callers: Caller) -> Client:
    keys = [key for caller in callers or (SHOP,) for key in json.loads(caller.jwks)["keys"]]
    return a_client(auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks=json.dumps({"keys": keys}))


def _judge(text: str, client: Client | None = None) -> Passed[Mark] | Refused:
    read = compact.read(text)
    return check(read.value, client or _client(), issuer=ISSUER, now=NOON) if isinstance(read, Passed) else read


@pytest.mark.parametrize("kind", [("EC", "ES256"), ("RSA", "PS256"), ("OKP", "EdDSA")])
def test_a_good_statement_proves_the_client_once(kind: tuple[str, str]) -> None:
    """Under each algorithm; the same statement has the same mark, another one another, until nobody takes it."""
    caller = Caller(*kind)
    text = caller.assertion("shop")
    first, again = (_judge(text, _client(caller)) for _ in range(2))
    assert isinstance(first, Passed), first
    assert first == again
    assert first != _judge(caller.assertion("shop"), _client(caller))
    assert first.value.until > NOON.plus(60)


def test_it_says_whom_it_speaks_for() -> None:
    """Before the client is known; what is no text names nobody."""
    read = [compact.read(SHOP.assertion("shop", sub=sub)) for sub in ("shop", None, 7)]
    assert [subject(one.value) for one in read if isinstance(one, Passed)] == ["shop", "", ""]


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "desk"},
        {"sub": "desk"},
        {"iss": None},
        {"sub": None},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 513},
        {"exp": None},
        {"exp": NOON.seconds},
        {"exp": NOON.seconds - 300},
        {"exp": NOON.seconds + LONGEST_LIFE + 1},
        {"exp": str(NOON.seconds + 60)},
        {"exp": 10**400},
        {"nbf": NOON.seconds + 60},
        {"iat": NOON.seconds + 60},
        {"nbf": "now"},
        {"head_typ": "dpop+jwt"},
        {"head_typ": "at+jwt"},
        {"head_kid": "k2"},
        {"head_kid": 7},
    ],
)
def test_one_wrong_thing_is_enough(change: dict[str, Any]) -> None:
    """RFC 7523 section 3: issuer, subject, id, end and begin, type and key."""
    assert isinstance(_judge(SHOP.assertion("shop", **change)), Refused)


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        f"{ISSUER}/oauth2/token",
        f"{ISSUER}/oauth2/par",
        [ISSUER],
        [ISSUER, "https://evil.example"],
        f"{ISSUER}/",
    ],
)
def test_case_51_the_audience_is_the_issuer_alone(audience: Any) -> None:
    """A list, an endpoint or anybody else: what several would take, one of them could use at the others."""
    assert isinstance(_judge(SHOP.assertion("shop", aud=audience)), Refused)


def test_ten_seconds_of_a_fast_clock_are_forgiven() -> None:
    """A client whose clock is ahead is let in; one minute is too much."""
    assert isinstance(_judge(SHOP.assertion("shop", iat=NOON.seconds + 10, nbf=NOON.seconds + 10)), Passed)


def test_only_registered_keys_count() -> None:
    """Another key, RS256 under a registered RSA key, a secret made of the public key, no signature."""
    assert isinstance(_judge(Caller(number=9).assertion("shop")), Refused)
    rsa = Caller("RSA", "PS256")
    assert isinstance(_judge(Caller("RSA", "RS256").assertion("shop"), _client(rsa)), Refused)
    assert isinstance(_judge(Caller("EC", "HS256").assertion("shop")), Refused)
    claims = {"iss": "shop", "sub": "shop", "aud": ISSUER, "exp": NOON.seconds + 60, "jti": "x"}
    assert isinstance(_judge(unsigned({"alg": "none", "kid": "k1"}, claims, b"\0")), Refused)


def test_one_of_several_keys_may_sign() -> None:
    """While keys are rolled over both are registered; without a key id each is tried."""
    both = _client(Caller("RSA", "PS256"), SHOP)
    assert isinstance(_judge(SHOP.assertion("shop"), both), Passed)
    assert isinstance(_judge(SHOP.assertion("shop", head_kid=None), both), Passed)


def test_two_clients_do_not_share_marks() -> None:
    """Nobody uses another's statements up by guessing their ids."""
    other = a_client(id="desk", auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks=SHOP.jwks)
    mine, theirs = _judge(SHOP.assertion("shop", jti="same")), _judge(SHOP.assertion("desk", jti="same"), other)
    assert isinstance(mine, Passed)
    assert isinstance(theirs, Passed)
    assert mine.value.digest != theirs.value.digest
