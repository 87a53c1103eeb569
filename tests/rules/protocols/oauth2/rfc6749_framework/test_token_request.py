"""Which grant a token request uses."""

import pytest
from tests.rules.protocols.clients import VERIFIER, a_client

from twogate.rules.protocols.oauth2.rfc6749_framework import token_request
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode, Renew, ServiceToken
from twogate.terms.client import ClientKind
from twogate.terms.secret import Secret

WEB, SERVICE = a_client(), a_client(ClientKind.SERVICE)


def test_each_grant_has_its_type() -> None:
    """RFC 6749 sections 4.1.3, 6 and 4.4.2."""
    code = {"grant_type": "authorization_code", "code": "c", "redirect_uri": "u", "code_verifier": VERIFIER}
    assert token_request.read(Parameters(code), WEB) == RedeemCode(Secret("c"), "u", VERIFIER)
    refresh = {"grant_type": "refresh_token", "refresh_token": "r", "scope": "a"}
    assert token_request.read(Parameters(refresh), WEB) == Renew(Secret("r"), "a")
    assert token_request.read(Parameters({"grant_type": "client_credentials"}), SERVICE) == ServiceToken("")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, InvalidRequest),
        ({"grant_type": "password"}, UnsupportedGrantType),
        ({"grant_type": "implicit"}, UnsupportedGrantType),
        ({"grant_type": "authorization_code", "code_verifier": VERIFIER}, InvalidRequest),
        ({"grant_type": "authorization_code", "code": "c"}, InvalidRequest),
        ({"grant_type": "refresh_token"}, InvalidRequest),
        ({"grant_type": "client_credentials"}, UnauthorizedClient),
    ],
)
def test_mistakes_have_their_code(values: dict[str, str], error: type[OAuthRefusal]) -> None:
    """RFC 6749 section 5.2."""
    assert type(token_request.read(Parameters(values), WEB)) is error


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token"])
def test_a_service_account_has_one_grant(grant: str) -> None:
    """It signs nobody in and renews nothing."""
    assert isinstance(token_request.read(Parameters({"grant_type": grant}), SERVICE), UnauthorizedClient)
