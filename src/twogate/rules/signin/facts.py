"""What the machine is told about the account at the moment of each step, and what it asks errands to do.

Decides the vocabulary between ``machine`` and the errands. Facts are loaded anew at every step, so that a factor
removed or an account blocked meanwhile counts at once.
"""

from dataclasses import dataclass

from twogate.rules.assurance.step_up import Available
from twogate.rules.factors.contract import Role
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant
from twogate.terms.proof import Nature
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One authenticator of the account. ``usable``: not used up (recovery codes run out)."""

    credential: CredentialId
    factor: str
    role: Role
    nature: Nature
    usable: bool = True
    discoverable: bool = False  # its proof says whose it is: it may answer before a name is given

    @property
    def available(self) -> Available:
        return Available(self.factor, self.credential, self.nature)


@dataclass(frozen=True, slots=True)
class Offered:
    """A factor that could be set up, and what it would be worth."""

    factor: str
    nature: Nature


@dataclass(frozen=True, slots=True)
class Facts:
    """The account and the operator's wishes, now."""

    now: Instant
    first: str  # the factor that goes with a name
    name: str = ""  # canonical
    user: UserId | None = None  # None: no such account
    blocked: bool = False
    enrolled_once: bool = False
    enrolled: tuple[Enrolled, ...] = ()  # disabled ones left out
    offered: tuple[Offered, ...] = ()
    second_always: bool = True  # ask for a second factor at every sign-in, whatever is needed


# ---- effects: what an errand is to do, as data
@dataclass(frozen=True, slots=True)
class Check:
    """Check a proof against these credentials, within its budget; without any, against a decoy at the same cost."""

    factor: str
    credentials: tuple[CredentialId, ...]
    given: Secret


@dataclass(frozen=True, slots=True)
class Challenge:
    """Let the factor ask its question, for example send a code."""

    factor: str


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Let the factor make its offer."""

    factor: str


@dataclass(frozen=True, slots=True)
class Accept:
    """Let the factor finish its set-up."""

    factor: str
    given: Secret


@dataclass(frozen=True, slots=True)
class Grant:
    """Start the session, or raise the one in ``State.session``."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Show the same step again, and why."""

    refused: Refused


@dataclass(frozen=True, slots=True)
class End:
    """Close the flow."""

    refused: Refused


Effect = Check | Challenge | MakeOffer | Accept | Grant | Tell | End
