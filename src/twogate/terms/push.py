"""A prompt on a phone: what is asked, what is answered, and by which way the phone is woken.

Decides the vocabulary between the factor, the tables, the phone's door and the adapters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from twogate.terms.ids import DeviceId, UserId
from twogate.terms.instant import Instant

PromptId = NewType("PromptId", str)  # prq_...
PushDeviceId = NewType("PushDeviceId", str)  # pdv_...  one phone of one person


class Decision(StrEnum):
    """What a person can answer. There is no approval without the code from the first screen."""

    APPROVE = "approve"
    DENY = "deny"
    REPORT = "report"  # "it was not me"


class Outcome(StrEnum):
    """What became of a prompt; none yet = it waits."""

    APPROVED = "approved"
    DENIED = "denied"
    REPORTED = "reported"
    WRONG = "wrong"  # another code was typed: it is burnt


@dataclass(frozen=True, slots=True)
class Question:
    """What the phone shows and signs."""

    id: PromptId
    origin: str  # scheme and host of this installation
    account: str
    action: str
    place: str  # the address that asks, and its country where that is known
    asked: Instant


@dataclass(frozen=True, slots=True)
class Answer:
    """What the phone says. ``code`` is empty unless it approves."""

    device: PushDeviceId
    decision: Decision
    code: str = field(repr=False)
    answered: Instant  # by the phone's clock: kept, not relied on
    signature: str = field(repr=False)  # ES256 over ``rules.factors.push.statement``, base64url


@dataclass(frozen=True, slots=True)
class Prompt:
    """A row of ``push_prompts``. What is sealed there stands here in the clear."""

    question: Question
    user: UserId
    program: str  # the User-Agent that asks
    code: str = field(repr=False)
    browser: DeviceId | None  # the known browser that asks: whose budget a wrong code is counted in
    expires: Instant
    outcome: Outcome | None = None
    answer: Answer | None = None
    used: Instant | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What a phone hands in to be paired."""

    device: PushDeviceId
    jwk: Mapping[str, str]
    label: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pairing:
    """A row of ``push_pairings``: a QR code that was shown, and the phone that scanned it."""

    token_digest: str
    user: UserId
    expires: Instant
    registration: Registration | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """How a phone is woken: ``web_push``, ``ntfy``, ``fcm`` or ``apns``, and its address there."""

    way: str
    address: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wake:
    """What wakes a phone: never the code, never who is asked for. The phone fetches the question itself."""

    title: str
    text: str
    url: str  # the phone's page
    tag: str  # a later prompt replaces an earlier one on the lock screen
    life: int  # seconds


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of it. ``fault`` names no person and no secret; ``gone``: the address is no address any more."""

    fault: str = ""
    gone: bool = False
