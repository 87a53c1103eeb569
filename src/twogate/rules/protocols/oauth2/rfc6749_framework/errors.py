"""The errors of RFC 6749, and the root of all OAuth errors here.

Decides each error's code, status and section. An error has two faces: ``hint`` and ``reason`` go to the caller and
never quote what the caller sent; ``detail`` is for the operator. Rendering is for ``web.oauth``.

    OAuthRefusal
    ├── InvalidRequest            400  invalid_request              4.1.2.1, 5.2
    ├── InvalidClient             401  invalid_client               5.2
    ├── InvalidGrant              400  invalid_grant                5.2
    ├── UnauthorizedClient        400  unauthorized_client          4.1.2.1, 5.2
    ├── UnsupportedGrantType      400  unsupported_grant_type       5.2
    ├── UnsupportedResponseType   400  unsupported_response_type    4.1.2.1
    ├── InvalidScope              400  invalid_scope                4.1.2.1, 5.2
    ├── AccessDenied              400  access_denied                4.1.2.1
    ├── TooManyFailures           429  temporarily_unavailable      4.1.2.1
    ├── rfc6750_bearer            InvalidToken, InsufficientScope
    ├── rfc7009_revocation        UnsupportedTokenType
    ├── rfc9470_step_up           UnmetAuthenticationRequirements
    ├── first_party_apps          InsufficientAuthorization, InvalidSession, RedirectToWeb
    └── oidc.core                 LoginRequired, RequestNotSupported, RequestUriNotSupported, ...
"""

from dataclasses import dataclass
from typing import ClassVar

from twogate.terms.reasons import SENTENCE, Reason


@dataclass(frozen=True, slots=True)
class OAuthRefusal:
    """A "no" in the words of OAuth."""

    code: ClassVar[str] = "server_error"
    status: ClassVar[int] = 400
    section: ClassVar[str] = "RFC 6749 section 5.2"

    reason: Reason
    hint: str = ""  # for the developer of the client; a fixed text
    detail: str = ""  # for the operator only

    @property
    def description(self) -> str:
        return self.hint or SENTENCE[self.reason]


class InvalidRequest(OAuthRefusal):
    """A parameter is missing, repeated, malformed or contradicts another."""

    __slots__ = ()
    code = "invalid_request"


class InvalidClient(OAuthRefusal):
    """The client did not prove itself."""

    __slots__ = ()
    code = "invalid_client"
    status = 401


class InvalidGrant(OAuthRefusal):
    """The code or refresh token is unknown, used, expired, revoked, or somebody else's."""

    __slots__ = ()
    code = "invalid_grant"


class UnauthorizedClient(OAuthRefusal):
    """This client may not do that."""

    __slots__ = ()
    code = "unauthorized_client"


class UnsupportedGrantType(OAuthRefusal):
    """No such grant type here."""

    __slots__ = ()
    code = "unsupported_grant_type"


class UnsupportedResponseType(OAuthRefusal):
    """Only ``code`` is issued (RFC 9700 section 2.1.2)."""

    __slots__ = ()
    code = "unsupported_response_type"
    section = "RFC 6749 section 4.1.2.1"


class InvalidScope(OAuthRefusal):
    """The scope is malformed or too wide."""

    __slots__ = ()
    code = "invalid_scope"


class AccessDenied(OAuthRefusal):
    """The account may not."""

    __slots__ = ()
    code = "access_denied"
    section = "RFC 6749 section 4.1.2.1"


@dataclass(frozen=True, slots=True)
class TooManyFailures(OAuthRefusal):
    """Too many wrong client secrets from this address."""

    code: ClassVar[str] = "temporarily_unavailable"
    status: ClassVar[int] = 429
    section: ClassVar[str] = "RFC 6749 section 2.3.1"

    retry_after: int = 60
