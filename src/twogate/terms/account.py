"""A person as the control plane knows them: account, enrolled authenticators, known devices, notices."""

from dataclasses import dataclass, field
from typing import Any

from twogate.terms.ids import CredentialId, DeviceId, NoticeId, UserId
from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class User:
    """One account."""

    id: UserId
    name: str  # normalised (rules.signin.names); unique
    display_name: str
    email: str  # where notices go; empty = none. Never a factor.
    created: Instant
    blocked: Instant | None = None
    enrolled_once: bool = False  # a second factor existed at some time: enrolment on a password alone is over
    language: str = ""  # what they were last seen to read (terms.language); empty = not known


@dataclass(frozen=True, slots=True)
class Credential:
    """One enrolled authenticator. ``state`` is the factor's own (sealed at rest); ``version`` guards its update."""

    id: CredentialId
    user: UserId
    factor: str  # its name in rules.factors.registry
    label: str
    state: dict[str, Any] = field(repr=False)  # JSON; only the factor of that name reads it
    version: int  # compare-and-set: an update names the version it was read at
    created: Instant
    last_used: Instant | None = None
    disabled: Instant | None = None
    identifier: str | None = None  # what the world calls it (a WebAuthn credential id, a serial); unique in its factor


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or app in which this person has signed in fully before; gives them a budget of their own."""

    id: DeviceId
    user: UserId
    secret_digest: str  # sha256 of the device cookie's secret
    user_agent: str
    created: Instant
    last_seen: Instant


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the owner of an account is told: in the portal, and by mail where mail is set up."""

    id: NoticeId
    user: UserId
    subject: str
    text: str
    created: Instant
    sent: Instant | None = None
    seen: Instant | None = None
