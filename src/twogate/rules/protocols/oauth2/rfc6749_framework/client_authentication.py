"""Who a client says it is, and whether it proved it (RFC 6749 section 2.3, RFC 7617, RFC 7521 section 4.2).

Decides which of the ways of client authentication was used, that it was one only, and whether it is the one that the
client registered. What a signed statement must say is for ``rfc7523_jwt_client_authentication``, what a certificate
must be for ``rfc8705_mutual_tls``; counting failures is for ``services.client_authentication``.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from twogate.rules.protocols.jose import compact
from twogate.rules.protocols.jose.compact import Jws
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7523_jwt_client_authentication.assertion import ASSERTION_TYPE, subject
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.client_authentication import by_certificate, by_subject
from twogate.terms.caller import ClientCertificate
from twogate.terms.client import AuthMethod, Client
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

_NOBODY = "0" * 64  # compared with when there is no such client, so that both take the same time


@dataclass(frozen=True, slots=True)
class Presented:
    """A client id, and what is to prove it."""

    client: ClientId
    secret: Secret | None = None
    method: AuthMethod = field(default=AuthMethod.BY_KIND, compare=False)  # where the secret stood
    assertion: Jws | None = None
    certificate: ClientCertificate | None = None  # of the connection, whether or not it is meant as a proof
    self_signed: str = ""  # likewise, the thumbprint of one that nobody else has signed

    @property
    def guessed(self) -> bool:
        """Whether something was sent that could have been guessed or made up, so that a failure counts."""
        return self.secret is not None or self.assertion is not None


def read(authorization: Sequence[str], parameters: Parameters) -> Presented | InvalidClient | InvalidRequest:
    """Read the one way in which the client identifies itself."""
    named, secret = parameters.get("client_id"), parameters.get("client_secret")
    stated = "client_assertion" in parameters or "client_assertion_type" in parameters
    if len(authorization) + bool(secret) + stated > 1:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "use one way of client authentication")
    if stated:
        return _statement(named, parameters)
    if not authorization:
        if not named:
            return InvalidClient(Reason.CLIENT_REFUSED, "no client authentication and no client_id")
        return Presented(ClientId(named), Secret(secret) if secret else None, AuthMethod.SECRET_POST)
    basic = _basic(authorization[0])
    if basic is None:
        return InvalidClient(Reason.CLIENT_REFUSED, "the Authorization header is not Basic with id and secret")
    if named and named != basic.client:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "client_id differs from the Authorization header")
    return basic


def _statement(named: str, parameters: Parameters) -> Presented | InvalidClient | InvalidRequest:
    if parameters.get("client_assertion_type") != ASSERTION_TYPE:
        return InvalidClient(Reason.CLIENT_REFUSED, f"client_assertion_type is {ASSERTION_TYPE}")
    statement = compact.read(parameters.get("client_assertion"))
    if isinstance(statement, Refused):
        return InvalidClient(Reason.CLIENT_REFUSED, "client_assertion is no JWT", statement.detail)
    client = subject(statement.value)
    if not client:
        return InvalidClient(Reason.CLIENT_REFUSED, "client_assertion names no client")
    if named and named != client:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "client_id differs from the client_assertion")
    return Presented(ClientId(client), method=AuthMethod.PRIVATE_KEY_JWT, assertion=statement.value)


def _basic(header: str) -> Presented | None:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(credentials.strip(" "), validate=True).decode("ascii")
        name, colon, secret = text.partition(":")
        name, secret = (unquote_plus(part, errors="strict") for part in (name, secret))
    except (binascii.Error, ValueError):
        return None
    if not colon or not name or not secret:
        return None
    return Presented(ClientId(name), Secret(secret), AuthMethod.SECRET_BASIC)


def check(client: Client | None, presented: Presented) -> InvalidClient | None:
    """Return why this is not the client, in words that do not tell an unknown client from a wrong secret.

    A statement is looked at elsewhere: it has to be used up as well.
    """
    refused = InvalidClient(Reason.CLIENT_REFUSED)
    expected = client.secret_digest if client and client.secret_digest else _NOBODY
    shown = presented.secret.sha256() if presented.secret else ""
    right = hmac.compare_digest(expected, shown)
    if client is None or client.blocked is not None:
        return refused
    match client.auth_method:
        case AuthMethod.PRIVATE_KEY_JWT:
            return refused if presented.assertion is None else None
        case AuthMethod.TLS:
            proved = not presented.guessed and by_subject(client, presented.certificate)
        case AuthMethod.SELF_SIGNED_TLS:
            proved = not presented.guessed and by_certificate(client, _thumbprint(presented))
        case AuthMethod.SECRET_BASIC | AuthMethod.SECRET_POST:
            proved = right and presented.method is client.auth_method
        case AuthMethod.BY_KIND if client.secret_digest:
            proved = right
        case AuthMethod.NONE | AuthMethod.BY_KIND:
            proved = not client.secret_digest and not presented.guessed
    return None if proved else refused


def _thumbprint(presented: Presented) -> str:
    return presented.certificate.thumbprint if presented.certificate else presented.self_signed
