"""The errors of draft-ietf-oauth-first-party-apps-04, authorization challenge error response.

    OAuthRefusal
    ├── InsufficientAuthorization   400  insufficient_authorization   more has to be proved
    ├── ChallengeDenied             400  access_denied                it cannot go on, for now or at all
    ├── InvalidSession              400  invalid_session              start again
    └── RedirectToWeb               400  redirect_to_web              the next step needs a browser

With ``retry_after`` (too many wrong tries, too busy) the status is 429.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.terms.secret import Secret

_DRAFT = "draft-ietf-oauth-first-party-apps-04, authorization challenge error response"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A factor that may answer next, and what it is called to a person."""

    factor: str
    title: str = ""
    recovery: bool = False
    question: Mapping[str, Any] | None = None  # what it asks this time, for example WebAuthn request options


@dataclass(frozen=True, slots=True)
class InsufficientAuthorization(OAuthRefusal):
    """More has to be proved. ``auth_session`` is good for one more request."""

    code: ClassVar[str] = "insufficient_authorization"
    section: ClassVar[str] = _DRAFT

    auth_session: Secret | None = None
    factors: tuple[Challenge, ...] = ()
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class ChallengeDenied(OAuthRefusal):
    """This sign-in is over without success."""

    code: ClassVar[str] = "access_denied"
    section: ClassVar[str] = _DRAFT

    retry_after: int | None = None


class InvalidSession(OAuthRefusal):
    """``auth_session`` is unknown, used or expired: start again."""

    __slots__ = ()
    code = "invalid_session"
    section = _DRAFT


class RedirectToWeb(OAuthRefusal):
    """The next step needs a browser, for example setting up a second factor."""

    __slots__ = ()
    code = "redirect_to_web"
    section = _DRAFT
