"""The way back into an account whose owner lost something: who asked for it, where it stands.

Decides the vocabulary. What may follow what is ``rules.recovery``; the secrets themselves are known by their digests.
"""

from dataclasses import dataclass
from enum import StrEnum

from twogate.terms.ids import CredentialId, RecoveryId, UserId
from twogate.terms.instant import Instant


class Lost(StrEnum):
    """What is to be replaced. One recovery replaces one of them and never touches the other."""

    PASSWORD = "password"  # noqa: S105
    FACTORS = "factors"


class Way(StrEnum):
    """How it is made safe."""

    TIME_LOCK = "time_lock"  # asked for by anybody, told to the owner, who has time to object
    HELP_DESK = "help_desk"  # requested by one administrator, approved by another


class Stage(StrEnum):
    """Where it stands."""

    WAITING = "waiting"  # time lock: the owner may object
    REQUESTED = "requested"  # help desk: a second administrator has to approve
    READY = "ready"  # a one-time secret is out
    USED = "used"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"

    @property
    def open(self) -> bool:
        return self in {Stage.WAITING, Stage.REQUESTED, Stage.READY}


@dataclass(frozen=True, slots=True)
class Recovery:
    """One request."""

    id: RecoveryId
    user: UserId
    way: Way
    lost: Lost
    stage: Stage
    asked: Instant
    due: Instant  # when this stage ends by itself: ripe, or too late
    reason: str = ""  # help desk: in the administrator's words
    credentials: tuple[str, ...] = ()  # help desk: the authenticators reported lost
    requested_by: str = ""
    approved_by: str = ""
    address: str = ""
    user_agent: str = ""
    cancel_digest: str = ""  # sha256 of the secret in the notice that stops it
    secret_digest: str = ""  # sha256 of the secret that finishes it; empty = not made yet
    credential: str = ""  # the pass that stands in for the lost factors at one sign-in
    ended: Instant | None = None
    version: int = 0  # compare-and-set

    @property
    def pass_id(self) -> CredentialId:
        return CredentialId(self.credential)


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody typed a name into the recovery page. Nobody has looked yet whether anybody is called that."""

    digest: str  # sha256 of name and what is lost
    name: str  # canonical; sealed while it waits
    lost: Lost
    address: str
    user_agent: str
    request_id: str
    at: Instant
