"""What a person sees next in a sign-in, as data; pages and JSON doors render it.

Decides the closed list of screens. ``handle`` is good for one step and must come back with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twogate.rules.assurance.level import Assurance
from twogate.rules.factors.contract import Offer, Prompt
from twogate.terms.account import User
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Choice:
    """A factor that may answer: its name for ``CodeGiven`` or ``FactorChosen``, and how to ask for it.

    ``prompt.password`` says that the answer goes into a ``PasswordGiven`` instead.
    """

    factor: str
    prompt: Prompt
    recovery: bool = False
    question: Mapping[str, Any] | None = None  # what it asks this time; JSON for the page's script
    to_choose: bool = False  # it asks only once it is chosen (``FactorChosen``): it sends something
    awaited: bool = False  # the answer comes from somewhere else; an empty ``CodeGiven`` looks whether it is there


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for one of ``factors``. On the first step a name is needed too."""

    handle: Secret
    factors: tuple[Choice, ...]
    name: str = ""  # the canonical name given so far
    needs_name: bool = False
    because: tuple[str, ...] = ()  # ids of rules.signin.checks
    refused: Refused | None = None
    retry_after: int | None = None  # seconds, with LOCKED and BUSY


@dataclass(frozen=True, slots=True)
class AskEnrolment:
    """Show the offer and ask for its confirmation. ``others`` may be chosen instead (FactorChosen)."""

    handle: Secret
    factor: Choice
    offer: Offer = field(repr=False)
    others: tuple[Choice, ...] = ()
    can_wait: bool = False  # EnrolmentPutOff is allowed
    refused: Refused | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class ShowRecoveryCodes:
    """Show the codes once; they are stored hashed. Go on with ``CodesSaved``."""

    handle: Secret
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in now, with what assurance, and the secrets to hand to the browser or app."""

    user: User
    session: Session
    session_secret: Secret | None  # None: nothing had to be proved, the one in use stays
    device_secret: Secret | None  # None: the device was known already
    assurance: Assurance
    return_to: str
    client: ClientId | None
    stepped_up: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """Done."""

    signed_in: SignedIn


@dataclass(frozen=True, slots=True)
class Ended:
    """It cannot go on; only a new sign-in can."""

    refused: Refused
    retry_after: int | None = None


Screen = Ask | AskEnrolment | ShowRecoveryCodes | Finished | Ended
