"""The contract that every factor keeps: is this proof good, and what is its credential's next state?

Decides the shape. A factor is pure: time and randomness are arguments, and its state is JSON that only it reads.
A proof counts only once ``Checked.next_state`` is saved by compare-and-set, so no proof is taken twice.
What proofs add up to is ``rules.assurance``; how often somebody may try is for the errand that calls ``check``.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Nature
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

FactorState = dict[str, Any]


class Role(StrEnum):
    """When a factor may answer."""

    FIRST = "first"  # together with a name
    SECOND = "second"
    RECOVERY = "recovery"  # in place of a lost second factor; never worth one


@dataclass(frozen=True, slots=True)
class Prompt:
    """How to ask for this factor: facts for a page, in the words of HTML."""

    title: str  # "Authenticator app"
    label: str  # "Six-digit code"
    password: bool = False  # hide what is typed
    digits: int = 0  # a number pad, and exactly so many digits; 0 = any text
    autocomplete: str = "off"  # WHATWG autofill token


@dataclass(frozen=True, slots=True)
class Account:
    """Whose factor it is, for labels and for what a password must not contain."""

    issuer: str
    name: str
    words: tuple[str, ...] = ()  # display name, mail address: easy guesses


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person is shown, once, to set a factor up. Never logged, never stored."""

    uri: str = field(default="", repr=False)  # otpauth://..., drawn as a QR code
    secret: str = field(default="", repr=False)  # the same for typing, in groups
    codes: tuple[str, ...] = field(default=(), repr=False)  # recovery codes
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """An offer, and what must come back with its answer."""

    show: Offer
    remember: FactorState = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Set up: the new credential's state, and the nature of the proof just given."""

    state: FactorState = field(repr=False)
    nature: Nature


@dataclass(frozen=True, slots=True)
class Checked:
    """A good proof. ``next_state`` is None when nothing changes by using it (a password)."""

    nature: Nature
    next_state: FactorState | None = field(default=None, repr=False)


class Factor(Protocol):
    """One kind of authenticator."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> Role: ...

    @property
    def lane(self) -> str:
        """Which budget its tries are counted in: password, code and recovery are kept apart."""

    @property
    def slow(self) -> bool:
        """Whether ``check``, ``offer`` and ``accept`` hash slowly and belong in the hashing pool."""

    @property
    def prompt(self) -> Prompt: ...

    def nature(self, state: FactorState) -> Nature:
        """What a proof by this credential would be worth."""

    def left(self, state: FactorState) -> int | None:
        """How often it can still be used (recovery codes run out); None = without end."""

    def decoy(self, entropy: Entropy) -> FactorState:
        """A state that nothing passes and that costs the same to check, for names that do not exist."""

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        """Begin to set one up."""

    def again(self, account: Account, remembered: FactorState) -> Offer:
        """Show the offer once more while it waits for its answer, as far as it is remembered."""

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted] | Refused:
        """Finish setting it up; ``given`` proves that it works."""

    def check(self, state: FactorState, given: Secret, now: Instant) -> Passed[Checked] | Refused:
        """Is this proof good?"""
