"""A client asks that somebody be signed out (OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3).

Decides three things: whether the request is one at all, whether the person must be asked first, and where they may be
sent afterwards. Only a good ``id_token_hint`` of the very session in this browser ends it without a question, and only
an address that the named client registered, letter by letter, is gone back to.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.id_token_hint import Hint
from twogate.terms.client import Client
from twogate.terms.reasons import Reason
from twogate.terms.session import Session

_LONGEST_STATE = 2_048


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """A request that may be followed."""

    client: Client | None
    sure: bool  # nobody has to be asked
    back: str  # where to go afterwards; empty = nowhere
    state: str


def client_named(parameters: Parameters, hint: Hint | None) -> str | InvalidRequest:
    """Return the id of the client that asks; empty when none is named."""
    named = parameters.get("client_id")
    if hint is not None and named and named != hint.client:
        return InvalidRequest(Reason.CLIENT_REFUSED, "client_id is not whom the id_token_hint is for")
    return hint.client if hint else named


def read_logout(
    parameters: Parameters, hint: Hint | None, client: Client | None, *, session: Session | None
) -> LogoutRequest | InvalidRequest:
    """Read it; ``client``: the one that is named; ``session``: the one in this browser."""
    back, state = parameters.get("post_logout_redirect_uri"), parameters.get("state")
    if len(state) > _LONGEST_STATE:
        return InvalidRequest(Reason.INPUT_MALFORMED, "state is longer than 2048 characters")
    if client is not None and client.blocked is not None:
        return InvalidRequest(Reason.CLIENT_REFUSED, "the client is not one registered here")
    if back and client is None:
        return InvalidRequest(Reason.REDIRECT_URI_WRONG, "without client_id or id_token_hint nobody is sent anywhere")
    if back and client is not None and back not in client.post_logout_redirect_uris:
        return InvalidRequest(Reason.REDIRECT_URI_WRONG, "post_logout_redirect_uri is not one that was registered")
    sure = hint is not None and session is not None and (hint.subject, hint.session) == (session.user, session.id)
    return LogoutRequest(client, sure, back, state)
