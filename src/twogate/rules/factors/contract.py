"""The contract that every factor keeps: is this proof good, and what is its credential's next state?

Decides the shape. A factor is pure: time and randomness are arguments, and its state is JSON that only it reads.
A proof counts only once ``Checked.next_state`` is saved by compare-and-set, so no proof is taken twice.
Some factors only check what is typed; others ask something new each time (a WebAuthn challenge, a code that is sent,
a prompt on a phone): ``challenge`` says what, the flow remembers it, and ``check`` gets it back as ``asked``.
What proofs add up to is ``rules.assurance``; how often somebody may try is for the errand that calls ``check``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from twogate.terms.dispatch import Dispatch
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
    untyped: bool = False  # no field at all: pressing the button is enough


@dataclass(frozen=True, slots=True)
class Account:
    """Whose factor it is, for labels and for what a password must not contain."""

    issuer: str
    name: str
    words: tuple[str, ...] = ()  # display name, mail address: easy guesses
    handle: str = ""  # the account's own id, which never changes and says nothing (WebAuthn's user handle)
    existing: tuple[FactorState, ...] = field(default=(), repr=False)  # this factor's credentials so far


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person is shown, once, to set a factor up. Never logged, never stored."""

    uri: str = field(default="", repr=False)  # otpauth://..., drawn as a QR code
    secret: str = field(default="", repr=False)  # the same for typing, in groups
    codes: tuple[str, ...] = field(default=(), repr=False)  # recovery codes
    hint: str = ""
    ask: Prompt | None = None  # what to type now, where it is not the factor's own prompt (a phone number)
    public: Mapping[str, Any] = field(default_factory=dict)  # for the page's script, as JSON (creation options)


@dataclass(frozen=True, slots=True)
class Begin:
    """An offer, and what must come back with its answer."""

    show: Offer
    remember: FactorState = field(repr=False)
    send: Dispatch | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Set up: the new credential's state, and the nature of the proof just given."""

    state: FactorState = field(repr=False)
    nature: Nature
    label: str = ""  # what its owner may know it by ("YubiKey 5 NFC"); empty = the factor's title


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a factor asks this time."""

    remember: FactorState = field(repr=False)  # kept sealed in the flow, handed back to ``check`` as ``asked``
    show: Mapping[str, Any] = field(default_factory=dict)  # public facts for the page (request options, a number)
    send: Dispatch | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A good proof. ``next_state`` is None when nothing changes by using it (a password)."""

    nature: Nature
    next_state: FactorState | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sends:
    """How often a factor may send something to one person, whoever asks for it."""

    most: int
    within: int  # seconds
    to_address: int | None = None  # to one number or address in a day, whoever asks; None = without end
    in_all: int | None = None  # to everybody together in an hour; more is fraud


class Kind(Protocol):
    """What is true of one kind of authenticator. ``Traits`` has the usual answers; a factor overrides the others."""

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

    @property
    def many(self) -> bool:
        """Whether somebody may have several of them."""

    @property
    def self_service(self) -> bool:
        """Whether its owner may set one up alone."""

    @property
    def eager(self) -> bool:
        """Whether its challenge is made as soon as it may answer; otherwise only once it is chosen (it costs)."""

    @property
    def discoverable(self) -> bool:
        """Whether its proof says whose it is, so that it may answer before a name is given (a passkey)."""

    @property
    def awaited(self) -> bool:
        """Whether the answer comes from somewhere else than the page (a phone); ``check`` is given that answer."""

    @property
    def presented(self) -> bool:
        """Whether its proof is shown by the connection: it comes from the gateway, never from what was typed."""

    @property
    def sends(self) -> Sends | None:
        """How often it may send or prompt; None = it sends nothing."""

    def nature(self, state: FactorState) -> Nature:
        """What a proof by this credential would be worth."""

    def left(self, state: FactorState) -> int | None:
        """How often it can still be used (recovery codes run out); None = without end."""

    def identifier(self, state: FactorState) -> str:
        """What the world calls this credential (a WebAuthn credential id, a serial); unique in its factor, or empty."""

    def icon(self, state: FactorState) -> str:
        """A picture of this make as a ``data:`` address (RFC 2397); empty where there is none."""

    def addressed(self, given: Secret) -> str:
        """Which ``identifier`` a proof names; empty where proofs name none, or this one cannot be read."""


class Factor(Kind, Protocol):
    """One kind of authenticator, and how it is set up, asked and checked."""

    def decoy(self, entropy: Entropy) -> FactorState:
        """A state that nothing passes and that costs the same to check, for names that do not exist."""

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        """Begin to set one up."""

    def again(self, account: Account, remembered: FactorState) -> Offer:
        """Show the offer once more while it waits for its answer, as far as it is remembered."""

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        """Finish setting it up; ``given`` proves that it works. ``Begin``: one step more."""

    def challenge(self, states: Sequence[FactorState], entropy: Entropy, now: Instant) -> Challenge | None:
        """What to ask the owner of these credentials now; None = its prompt says it all.

        Without states nobody is known yet (a discoverable factor), or the account is a decoy.
        """

    def check(
        self, state: FactorState, given: Secret, now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        """Is this proof good? ``asked``: what its challenge remembered; None = nothing was asked."""


class Traits:
    """What most factors answer: one for each person, nothing asked beforehand, nothing sent."""

    slow = False
    many = False
    self_service = True
    eager = False
    discoverable = False
    awaited = False
    presented = False
    sends: Sends | None = None

    __slots__ = ()

    def left(self, _state: FactorState) -> int | None:
        return None

    def identifier(self, _state: FactorState) -> str:
        return ""

    def icon(self, _state: FactorState) -> str:
        return ""

    def addressed(self, _given: Secret) -> str:
        return ""

    def challenge(self, _states: Sequence[FactorState], _entropy: Entropy, _now: Instant) -> Challenge | None:
        return None
