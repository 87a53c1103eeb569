"""Where the answer to an authorization request may be sent at all (RFC 6749 section 4.1.1, RFC 9700 section 4.1).

Decides before anything else about a request. Until this is passed nothing is redirected anywhere. What is asked for
is read by ``oidc.core.authentication_request``.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework import redirect_uri
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal, UnauthorizedClient
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.session import PushedRequest

_LONGEST_STATE = 2_048


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the answer goes: a client's own redirect URI."""

    client: Client
    redirect_uri: str
    state: str
    pushed: PushedRequest | None = None  # what is asked for lies here (RFC 9126)
    posted: bool = False  # the answer is a form that the browser posts (response_mode=form_post)


def find_destination(parameters: Parameters, client: Client | None) -> Destination | OAuthRefusal:
    """Return where to answer; ``client`` is what is registered under ``client_id``."""
    if client is None or client.blocked is not None:
        return InvalidRequest(Reason.CLIENT_REFUSED, "client_id is missing, or not one registered here")
    if client.kind is ClientKind.SERVICE:
        return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED, "a service account signs nobody in")
    uri = parameters.get("redirect_uri")
    if not uri or not redirect_uri.matches(client, uri):
        return InvalidRequest(Reason.REDIRECT_URI_WRONG)
    state = parameters.get("state")
    if len(state) > _LONGEST_STATE:
        return InvalidRequest(Reason.INPUT_MALFORMED, "state is longer than 2048 characters")
    return Destination(client, uri, state, posted=parameters.get("response_mode") == "form_post")
