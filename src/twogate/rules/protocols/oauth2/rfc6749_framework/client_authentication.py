"""Who a client says it is, and whether it proved it (RFC 6749 section 2.3, RFC 7617).

Decides which of the ways of client authentication was used, that it was one only, and whether the secret is right.
Counting failures is for ``services.client_authentication``.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import Client
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

_NOBODY = "0" * 64  # compared with when there is no such client, so that both take the same time


@dataclass(frozen=True, slots=True)
class Presented:
    """A client id and, from confidential clients, a secret."""

    client: ClientId
    secret: Secret | None = None


def read(authorization: Sequence[str], parameters: Parameters) -> Presented | InvalidClient | InvalidRequest:
    """Read the one way in which the client identifies itself."""
    named, secret = parameters.get("client_id"), parameters.get("client_secret")
    if not authorization:
        if not named:
            return InvalidClient(Reason.CLIENT_REFUSED, "no client authentication and no client_id")
        return Presented(ClientId(named), Secret(secret) if secret else None)
    if len(authorization) > 1 or secret:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "use one way of client authentication")
    basic = _basic(authorization[0])
    if basic is None:
        return InvalidClient(Reason.CLIENT_REFUSED, "the Authorization header is not Basic with id and secret")
    if named and named != basic.client:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "client_id differs from the Authorization header")
    return basic


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
    return Presented(ClientId(name), Secret(secret))


def check(client: Client | None, presented: Presented) -> InvalidClient | None:
    """Return why this is not the client, in words that do not tell an unknown client from a wrong secret."""
    refused = InvalidClient(Reason.CLIENT_REFUSED)
    expected = client.secret_digest if client and client.confidential else _NOBODY
    shown = presented.secret.sha256() if presented.secret else ""
    right = hmac.compare_digest(expected, shown)
    if client is None or client.blocked is not None:
        return refused
    if client.confidential:
        return None if right else refused
    return refused if presented.secret else None
