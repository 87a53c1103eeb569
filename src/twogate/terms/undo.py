"""What the owner of an account can take back from a notice, for a while."""

from dataclasses import dataclass, field
from enum import StrEnum

from twogate.terms.account import Credential
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant


class UndoKind(StrEnum):
    """What taking it back means. Each ends the account's sessions too, and none signs anybody in."""

    FACTOR_ADDED = "factor_added"  # the new factor goes
    FACTOR_REMOVED = "factor_removed"  # the old factor comes back, as it was
    CODES_REPLACED = "codes_replaced"  # the new recovery codes go
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the new password stops working
    ADDRESS_CHANGED = "address_changed"  # the new mail address is taken out
    SIGNED_IN = "signed_in"  # nothing but the sessions and known devices

    @property
    def needs_nothing(self) -> bool:
        """Whether it is about no credential."""
        return self in {UndoKind.SIGNED_IN, UndoKind.ADDRESS_CHANGED}


@dataclass(frozen=True, slots=True)
class Concerned:
    """Which credential a change was about."""

    added: CredentialId | None = None
    removed: Credential | None = field(default=None, repr=False)  # kept until it cannot be brought back any more


NOTHING = Concerned()


@dataclass(frozen=True, slots=True)
class Undo:
    """One of them, under the digest of the secret that was mailed."""

    digest: str
    user: UserId
    kind: UndoKind
    what: str  # the factor, in the words of the notice
    credential: CredentialId | None  # the one that was added
    withdrawn: Credential | None = field(repr=False)  # the one that was removed
    created: Instant
    expires: Instant
    used: Instant | None = None
