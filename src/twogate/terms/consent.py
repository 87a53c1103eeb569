"""What somebody allowed a program of others, and who may register programs."""

from dataclasses import dataclass

from twogate.terms.ids import ClientId, UserId
from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's lasting yes to one program."""

    user: UserId
    client: ClientId
    scope: tuple[str, ...]
    given: Instant


@dataclass(frozen=True, slots=True)
class RegistrationToken:
    """An initial access token (RFC 7591 section 3): lets its bearer register so many clients."""

    digest: str  # sha256 of the token
    name: str
    created: Instant
    expires: Instant
    uses: int  # left


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """A client has to be told that a session has ended."""

    id: str
    client: ClientId
    uri: str
    subject: str
    session: str
    created: Instant
    expires: Instant
    due: Instant | None
    tries: int = 0
    fault: str = ""
