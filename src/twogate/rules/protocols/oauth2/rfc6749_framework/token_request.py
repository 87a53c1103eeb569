"""The token request (RFC 6749 sections 4.1.3, 4.4.2 and 6, RFC 8628 section 3.4).

Decides which grant is used and that its parameters are there. Whether the grant is good is for the errand that
redeems it. Passwords are no grant here (RFC 9700 section 2.4), nor is anything else that is not listed.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105  # the grant's name
CLIENT_CREDENTIALS = "client_credentials"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE)


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """A code, and what it is bound to."""

    code: Secret
    redirect_uri: str  # empty in the first-party flow
    verifier: str


@dataclass(frozen=True, slots=True)
class Renew:
    """A refresh token; ``scope`` may be narrower than what was granted."""

    token: Secret
    scope: str


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A service account asks for itself."""

    scope: str


@dataclass(frozen=True, slots=True)
class RedeemDevice:
    """A device asks whether its person has answered (RFC 8628 section 3.4)."""

    device_code: Secret


TokenRequest = RedeemCode | Renew | ServiceToken | RedeemDevice


def read(parameters: Parameters, client: Client) -> TokenRequest | OAuthRefusal:
    """Return what an authenticated client asks the token endpoint for."""
    grant = parameters.get("grant_type")
    if not grant:
        return InvalidRequest(Reason.INPUT_MALFORMED, "grant_type is missing")
    if grant not in GRANT_TYPES:
        return UnsupportedGrantType(Reason.NOT_SUPPORTED)
    if (grant == CLIENT_CREDENTIALS) is not (client.kind is ClientKind.SERVICE):
        return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED)
    match grant:
        case "authorization_code":
            return _redeem(parameters)
        case "refresh_token":
            token = parameters.get("refresh_token")
            if not token:
                return InvalidRequest(Reason.INPUT_MALFORMED, "refresh_token is missing")
            return Renew(Secret(token), parameters.get("scope"))
        case "urn:ietf:params:oauth:grant-type:device_code":
            code = parameters.get("device_code")
            return (
                RedeemDevice(Secret(code)) if code else InvalidRequest(Reason.INPUT_MALFORMED, "device_code is missing")
            )
        case _:
            return ServiceToken(parameters.get("scope"))


def _redeem(parameters: Parameters) -> RedeemCode | InvalidRequest:
    code = parameters.get("code")
    if not code:
        return InvalidRequest(Reason.INPUT_MALFORMED, "code is missing")
    verifier = parameters.get("code_verifier")
    if not verifier:
        return InvalidRequest(Reason.PKCE_REQUIRED, "code_verifier is missing")
    return RedeemCode(Secret(code), parameters.get("redirect_uri"), verifier)
