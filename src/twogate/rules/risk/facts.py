"""What makes a sign-in unlike the ones before it: named facts, each with its details, and what an operator wants then.

Decides the closed list. A fact is told in audit and activity; by itself it neither blocks anybody nor raises anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from twogate.rules.behaviour.typing import Comparison
from twogate.terms.instant import Instant
from twogate.terms.place import Place, Sighting


class RiskFact(StrEnum):
    """Closed list; ``SENTENCE`` has the words of each."""

    IMPOSSIBLE_TRAVEL = "impossible_travel"
    NEW_COUNTRY = "new_country"
    NEW_DEVICE = "new_device"
    TYPING_UNLIKE = "typing_unlike"


SENTENCE: dict[RiskFact, str] = {
    RiskFact.IMPOSSIBLE_TRAVEL: "Too far from the sign-in before for the time between them.",
    RiskFact.NEW_COUNTRY: "No earlier sign-in came from this country.",
    RiskFact.NEW_DEVICE: "The device is not one that this person has signed in on.",
    RiskFact.TYPING_UNLIKE: "The password was not typed as its owner types it.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that holds, and what it was found by; ``detail`` is for the operator."""

    fact: RiskFact
    detail: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One sign-in beside the ones before it."""

    at: Instant
    place: Place
    earlier: tuple[Sighting, ...] = ()  # newest first
    device_known: bool = False
    other_devices: int = 0
    typing: Comparison | None = None


class Answer(IntEnum):
    """What an operator wants done when a fact holds; the strictest of several counts."""

    NOTE = 0
    STEP_UP = 1
    DENY = 2


def strictest(found: tuple[Found, ...], wishes: Mapping[RiskFact, Answer]) -> Answer:
    """What has to be done about these facts. A fact that nobody has a wish for is noted."""
    return max((wishes.get(one.fact, Answer.NOTE) for one in found), default=Answer.NOTE)
