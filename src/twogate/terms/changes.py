"""The change feed: numbered facts that every gateway must learn, in the order they happened.

Decides the wire form (one JSON object a change). The control plane appends, edge agents follow and apply.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from twogate.terms.instant import Instant


class ChangeKind(StrEnum):
    """Everything a gateway can be told."""

    GRANT_REVOKED = "grant.revoked"  # key = grant id; until = when its last token has expired
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  # key = sha256 of the token; until = its expiry
    SUBJECT_STEP_UP = "subject.step_up"  # key = subject; value = proof must be younger than this NumericDate
    SUBJECT_BLOCKED = "subject.blocked"  # key = subject
    SUBJECT_CLEARED = "subject.cleared"  # key = subject; undoes the two above
    ADDRESS_BLOCKED = "address.blocked"  # key = network in CIDR; until
    ADDRESS_CLEARED = "address.cleared"
    API_TOKEN_ADDED = "api_token.added"  # noqa: S105  # key = sha256 of the token; value = packed access facts
    API_TOKEN_REMOVED = "api_token.removed"  # noqa: S105  # key = sha256 of the token
    POLICY_PUBLISHED = "policy.published"  # key = version number
    KEYS_CHANGED = "keys.changed"  # key = newest key id; gateways fetch the key set anew


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered line of the feed."""

    number: int
    kind: ChangeKind
    key: str
    value: str = ""
    until: int = 0  # NumericDate after which the change may be forgotten; 0 = never
    at: Instant = Instant(0)

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind.value,
            "key": self.key,
            "value": self.value,
            "until": self.until,
            "at": int(self.at),
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Change":
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not a change.
        """
        return cls(
            number=int(raw["number"]),
            kind=ChangeKind(raw["kind"]),
            key=str(raw["key"]),
            value=str(raw["value"]),
            until=int(raw["until"]),
            at=Instant(raw["at"]),
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything in force at change ``number``: what a gateway starts from before it follows the feed."""

    number: int
    policy_version: int
    policy_toml: str
    keys: tuple["VerificationKey", ...]
    changes: tuple[Change, ...]  # the ones still in force, reduced; apply in order

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "policy": {"version": self.policy_version, "toml": self.policy_toml},
            "keys": [{"kid": key.kid, "pem": key.pem} for key in self.keys],
            "changes": [change.to_json() for change in self.changes],
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Snapshot":
        return cls(
            number=int(raw["number"]),
            policy_version=int(raw["policy"]["version"]),
            policy_toml=str(raw["policy"]["toml"]),
            keys=tuple(VerificationKey(kid=str(key["kid"]), pem=str(key["pem"])) for key in raw["keys"]),
            changes=tuple(Change.from_json(change) for change in raw["changes"]),
        )


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """The public half of an ES256 signing key: id and SubjectPublicKeyInfo in PEM."""

    kid: str
    pem: str
