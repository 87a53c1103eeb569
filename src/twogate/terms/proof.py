"""What somebody has shown: proofs and their nature, in the words of NIST SP 800-63B-4.

Decides the vocabulary that factors and assurance share, so that neither knows the other.
"""

from dataclasses import dataclass
from enum import StrEnum

from twogate.terms.ids import CredentialId
from twogate.terms.instant import Instant


class Category(StrEnum):
    """The three authentication factors (NIST SP 800-63-4, section 2.2). Two of one kind are one factor."""

    KNOWN = "known"
    HELD = "held"
    INHERENT = "inherent"


@dataclass(frozen=True, slots=True)
class Nature:
    """What kind of evidence a proof is; assurance reads this and never asks which factor made it."""

    categories: frozenset[Category]
    amr: tuple[str, ...]  # RFC 8176 values, for example ("pwd",) or ("otp",)
    phishing_resistant: bool = False
    hardware_protected: bool = False
    syncable: bool = False  # a key that can leave its device never reaches AAL3 (63B-4, 2.3)
    replay_resistant: bool = False
    recovery: bool = False  # a recovery proof never yields more than AAL1 until re-enrolment
    raises_assurance: bool = True  # False for e-mail and for context


@dataclass(frozen=True, slots=True)
class Proof:
    """One successful verification: which credential, of what nature, when."""

    factor: str
    credential: CredentialId
    nature: Nature
    at: Instant
