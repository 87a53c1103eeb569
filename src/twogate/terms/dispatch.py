"""Something that has to reach a person outside this program: a code by SMS, voice or e-mail, a push to their phone.

Decides the vocabulary between the factor that asks for it, the table where it waits, and the adapters that carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twogate.terms.ids import CredentialId, DispatchId, UserId
from twogate.terms.instant import Instant


class Channel(StrEnum):
    """The way it takes."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What is to be carried, as the factor asks for it. It is sealed while it waits and gone once it is sent."""

    channel: Channel
    to: str = field(repr=False)  # a number, an address, a push subscription as JSON
    facts: Mapping[str, str] = field(repr=False)  # what the adapter's text is made of, for example the code
    life: int = 300  # seconds; afterwards it is not worth sending


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dispatch in the table."""

    id: DispatchId
    user: UserId
    credential: CredentialId | None
    dispatch: Dispatch = field(repr=False)
    created: Instant
    expires: Instant
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something could not be carried. It names no person, no address and no secret."""

    what: str
    final: bool = False  # another try would be refused likewise
