"""The authentication request (OpenID Connect Core section 3.1.2.1): an authorization request and what it demands.

Decides what is asked for, once it is clear where to answer; errors here go to the client. Whether the person has
proved enough is for ``interaction``.
"""

import re
from dataclasses import dataclass, field

from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidRequest,
    InvalidScope,
    OAuthRefusal,
    UnsupportedResponseType,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7636_pkce.challenge import read_challenge
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import read_demand
from twogate.rules.protocols.oidc.core.claims_request import ClaimsRequest, read_claims
from twogate.rules.protocols.oidc.core.errors import refuse_unsupported
from twogate.rules.protocols.oidc.core.prompt import Prompt, asks_consent, read_prompt
from twogate.rules.protocols.oidc.core.user_info import SCOPE_OF
from twogate.terms.client import Client
from twogate.terms.reasons import Reason

RESPONSE_MODES = ("query", "form_post")
_NONCE = re.compile(r"[ -~]{0,512}")


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """What a client asks for, with a place to answer to."""

    destination: Destination
    scope: tuple[str, ...]
    code_challenge: str
    nonce: str
    prompt: Prompt
    need: Need
    login_hint: str
    consent: bool = False  # the person is asked once more
    claims: ClaimsRequest = field(default_factory=ClaimsRequest)

    @property
    def shown(self) -> tuple[str, ...]:
        """The scope, and the scopes that would show what is asked for by name: what a person is asked about."""
        return tuple(dict.fromkeys((*self.scope, *(SCOPE_OF[name] for name in self.claims.userinfo))))

    @property
    def client(self) -> Client:
        return self.destination.client


def read_request(parameters: Parameters, destination: Destination) -> AuthenticationRequest | OAuthRefusal:
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
    claims = read_claims(parameters, destination.client.scope)
    if isinstance(claims, OAuthRefusal):
        return claims
    need = read_demand(parameters)
    if isinstance(need, OAuthRefusal):
        return need
    nonce = parameters.get("nonce")
    if not _NONCE.fullmatch(nonce):
        return InvalidRequest(Reason.INPUT_MALFORMED, "nonce is at most 512 printable characters")
    return AuthenticationRequest(
        destination,
        scope=asked,
        code_challenge=challenge,
        nonce=nonce,
        prompt=prompt,
        need=Need(max(need.level, claims.level), need.max_age, need.factors),
        login_hint=parameters.get("login_hint")[:256],
        consent=asks_consent(parameters),
        claims=claims,
    )


def _refuse_kind(parameters: Parameters) -> OAuthRefusal | None:
    if unsupported := refuse_unsupported(parameters):
        return unsupported
    kind = parameters.get("response_type")
    if not kind:
        return InvalidRequest(Reason.INPUT_MALFORMED, "response_type is missing")
    if kind != "code":
        return UnsupportedResponseType(Reason.NOT_SUPPORTED, "response_type is code, nothing else")
    if parameters.get("response_mode") not in ("", *RESPONSE_MODES):
        return InvalidRequest(Reason.NOT_SUPPORTED, "response_mode is query or form_post")
    return None
