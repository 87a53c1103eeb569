"""Pushed authorization requests (RFC 9126): what is left at the server, and when it may be answered.

Decides that a reference is good for its own client, once, and for a minute or so; only somebody who came in time and is
still signing in for it may be late. Whether the request itself makes sense is decided when it is pushed, by the rules
of the authorization endpoint.
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9126_pushed_requests.errors import InvalidRequestUri
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.terms.binding import of_key
from twogate.terms.client import Client
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.session import PushedRequest

PREFIX = "urn:ietf:params:oauth:request_uri:"
PARAMETER = "request_uri"
_CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")


def is_reference(parameters: Parameters) -> bool:
    """Whether an authorization request only says where its content lies, here."""
    return parameters.get(PARAMETER).startswith(PREFIX)


def kept(parameters: Parameters, client: Client) -> Parameters | InvalidRequest:
    """Return what is left here of a pushed request: everything but the client's credentials."""
    if PARAMETER in parameters:
        return InvalidRequest(Reason.INPUT_MALFORMED, "request_uri has no place in a pushed request")
    return parameters.replacing(**dict.fromkeys(_CREDENTIALS, ""), client_id=client.id)


def binding(asked: str, proved: str) -> str | InvalidDpopProof:
    """Return what the code is bound to: the key of ``dpop_jkt``, or of the proof beside it (RFC 9449 section 10.1)."""
    if asked and proved and asked != proved:
        return InvalidDpopProof(Reason.DPOP_INVALID, "dpop_jkt is not the key of the DPoP proof")
    return of_key(asked or proved)


def unusable(
    request: PushedRequest | None, client: ClientId, *, now: Instant, came_in_time: bool
) -> InvalidRequestUri | None:
    """Return why this client's authorization request has no content. All reasons look the same from outside."""
    if request is None or request.client != client:
        return InvalidRequestUri(Reason.PUSHED_REQUEST_INVALID, detail="none of this client's")
    if request.used is not None:
        return InvalidRequestUri(Reason.PUSHED_REQUEST_INVALID, detail="answered already")
    if request.expires <= now and not came_in_time:
        return InvalidRequestUri(Reason.PUSHED_REQUEST_INVALID, detail="expired")
    return None
