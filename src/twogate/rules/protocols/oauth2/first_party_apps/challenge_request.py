"""The authorization challenge request (draft-ietf-oauth-first-party-apps-04, section of that name).

Decides what a first-party app may send: what it wants (first request), and what the person gave (any request). What
it wants is kept with the sign-in as the text of a local path, so that it comes back unchanged when the sign-in ends.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidClient,
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7636_pkce.challenge import read_challenge
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import read_demand
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

HERE = "/.twogate/oauth2/authorize-challenge"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the app asks for, once the person has proved enough."""

    scope: tuple[str, ...]
    code_challenge: str
    nonce: str

    def to_path(self) -> str:
        values = {"scope": " ".join(self.scope), "code_challenge": self.code_challenge, "nonce": self.nonce}
        return f"{HERE}?{Parameters({name: value for name, value in values.items() if value}).urlencoded()}"

    @classmethod
    def from_path(cls, path: str) -> Self | None:
        """Read what ``to_path`` wrote; None when this sign-in did not begin here."""
        parts = urlsplit(path)
        values = Parameters.from_urlencoded(parts.query.encode())
        if parts.path != HERE or not isinstance(values, Parameters) or not values.get("code_challenge"):
            return None
        words = tuple(values.get("scope").split())
        return cls(words, values.get("code_challenge"), values.get("nonce"))


@dataclass(frozen=True, slots=True)
class Given:
    """What the person typed. Everything may be absent."""

    username: str = ""
    password: Secret | None = None
    code: Secret | None = None
    factor: str = ""  # empty = the first one asked for

    @property
    def anything(self) -> bool:
        return self.password is not None or self.code is not None


def read_wanted(parameters: Parameters, client: Client | None) -> tuple[Wanted, Need] | OAuthRefusal:
    """Read the first request of a first-party client."""
    if client is None or client.blocked is not None:
        return InvalidClient(Reason.CLIENT_REFUSED)
    if client.kind is not ClientKind.FIRST_PARTY:
        return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED, "only first-party clients sign people in themselves")
    challenge = read_challenge(parameters)
    if isinstance(challenge, OAuthRefusal):
        return challenge
    asked = scope.within(parameters.get("scope"), client.scope)
    if isinstance(asked, OAuthRefusal):
        return asked
    need = read_demand(parameters)
    if isinstance(need, OAuthRefusal):
        return need
    nonce = parameters.get("nonce")
    wanted = Wanted(asked, challenge, nonce)
    if not nonce.isascii() or len(nonce) > 512 or len(wanted.to_path()) > 2_000:  # noqa: PLR2004  # as in web pages
        return InvalidRequest(Reason.INPUT_MALFORMED, "scope or nonce is too long")
    return wanted, need


def read_given(parameters: Parameters) -> Given | InvalidRequest:
    """Read what the person gave. ``otp`` is short for ``code`` of whichever factor is asked for first."""
    code, otp = parameters.get("code"), parameters.get("otp")
    if code and otp:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE, "send code or otp, not both")
    password = parameters.get("password")
    return Given(
        username=parameters.get("username"),
        password=Secret(password) if password else None,
        code=Secret(code or otp) if code or otp else None,
        factor=parameters.get("factor"),
    )
