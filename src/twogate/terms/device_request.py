"""A device that waits for a person to say yes on another one (RFC 8628)."""

from dataclasses import dataclass
from enum import StrEnum

from twogate.terms.ids import ClientId, GrantId
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof


class Answer(StrEnum):
    """What the person has said."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """One device authorization request: typed once, answered once, redeemed once."""

    digest: str  # sha256 of the device code
    user_code: str  # sha256 of the code that is typed, without its hyphen
    client: ClientId
    scope: tuple[str, ...]
    binding: str  # the key that must redeem it, as terms.binding writes it; empty = any
    address: str  # where the device asked from, shown to the person
    user_agent: str
    created: Instant
    expires: Instant
    interval: int  # seconds between two polls
    polled: Instant | None = None
    answer: Answer = Answer.WAITING
    grant: GrantId | None = None  # of an approval
    proofs: tuple[Proof, ...] = ()  # the assurance of the approval
    used: Instant | None = None
