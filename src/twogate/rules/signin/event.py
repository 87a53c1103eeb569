"""What can happen to a sign-in: what a person does, and what an errand found out.

Decides the closed list. A password or code lives only in an event, never in the state.
"""

from dataclasses import dataclass, field
from typing import Any

from twogate.terms.proof import Proof
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


# ---- what a person does (comes in through ``SignIn.advance``)
@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """Name and password. In a step-up the name is not looked at: the person is known."""

    name: str
    password: Secret
    typing: str = field(
        default="", repr=False
    )  # how it was typed (rules.behaviour.typing), if the page has measured it


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """What another factor asked for. ``factor`` is a name from ``Ask.factors``; empty = the first one there."""

    factor: str
    code: Secret


@dataclass(frozen=True, slots=True)
class FactorChosen:
    """Another factor than the one that is shown: to set up, or to be asked for (a code is sent, a phone prompted)."""

    factor: str


@dataclass(frozen=True, slots=True)
class EnrolmentConfirmed:
    """Proof that the new factor works, for example its first code."""

    code: Secret


@dataclass(frozen=True, slots=True)
class EnrolmentPutOff:
    """After a recovery code: go on without a new factor, at AAL1."""


@dataclass(frozen=True, slots=True)
class CodesSaved:
    """The recovery codes are in a safe place."""


# ---- what an errand found out (never built by a door)
@dataclass(frozen=True, slots=True)
class ProofShown:
    """A check passed, and the credential's next state is part of the same unit of work."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class ProofFailed:
    """A check did not pass, or was not made because its budget is used up."""

    refused: Refused


@dataclass(frozen=True, slots=True)
class ChallengesMade:
    """Factors have asked something; ``asked`` is what they want back and what the page shows, by factor."""

    asked: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfferMade:
    """The factor to set up has made its offer; ``memory`` is what it wants back."""

    factor: str
    memory: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorEnrolled:
    """The new factor is set up. ``codes``: recovery codes were made beside it and must be shown."""

    proof: Proof
    codes: bool = False


Given = PasswordGiven | CodeGiven | FactorChosen | EnrolmentConfirmed | EnrolmentPutOff | CodesSaved
Found = ProofShown | ProofFailed | ChallengesMade | OfferMade | FactorEnrolled
Event = Given | Found
