"""The authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

Decides in two steps: where an answer may be sent at all, then what is asked for. Until the first step is passed
nothing is redirected anywhere; errors of the second go to the client. Whether the person has proved enough is for
``oidc.core.interaction``.
"""

import re
from dataclasses import dataclass

from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework import redirect_uri, scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidRequest,
    InvalidScope,
    OAuthRefusal,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7636_pkce.challenge import read_challenge
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import read_demand
from twogate.rules.protocols.oidc.core.errors import refuse_unsupported
from twogate.rules.protocols.oidc.core.prompt import Prompt, read_prompt
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason

_NONCE = re.compile(r"[ -~]{0,512}")
_LONGEST_STATE = 2_048


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the answer goes: a client's own redirect URI."""

    client: Client
    redirect_uri: str
    state: str


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asks for, with a place to answer to."""

    destination: Destination
    scope: tuple[str, ...]
    code_challenge: str
    nonce: str
    prompt: Prompt
    need: Need
    login_hint: str

    @property
    def client(self) -> Client:
        return self.destination.client


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
    return Destination(client, uri, state)


def read_request(parameters: Parameters, destination: Destination) -> AuthorizationRequest | OAuthRefusal:
    """Read what is asked for."""
    if error := _refuse_kind(parameters):
        return error
    challenge = read_challenge(parameters)
    if isinstance(challenge, OAuthRefusal):
        return challenge
    asked = scope.within(parameters.get("scope"), destination.client.scope)
    if isinstance(asked, InvalidScope):
        return asked
    prompt = read_prompt(parameters)
    if isinstance(prompt, OAuthRefusal):
        return prompt
    need = read_demand(parameters)
    if isinstance(need, OAuthRefusal):
        return need
    nonce = parameters.get("nonce")
    if not _NONCE.fullmatch(nonce):
        return InvalidRequest(Reason.INPUT_MALFORMED, "nonce is at most 512 printable characters")
    return AuthorizationRequest(
        destination,
        scope=asked,
        code_challenge=challenge,
        nonce=nonce,
        prompt=prompt,
        need=need,
        login_hint=parameters.get("login_hint")[:256],
    )


def _refuse_kind(parameters: Parameters) -> OAuthRefusal | None:
    if unsupported := refuse_unsupported(parameters):
        return unsupported
    kind = parameters.get("response_type")
    if not kind:
        return InvalidRequest(Reason.INPUT_MALFORMED, "response_type is missing")
    if kind != "code":
        return UnsupportedResponseType(Reason.NOT_SUPPORTED, "response_type is code, nothing else")
    if parameters.get("response_mode") not in ("", "query"):
        return InvalidRequest(Reason.NOT_SUPPORTED, "response_mode is query, nothing else")
    return None
