"""Proofs of every nature, for the tables."""

from tests.ports import NOON

from twogate.terms.ids import CredentialId
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof

_KNOWN = frozenset({Category.KNOWN})
_HELD = frozenset({Category.HELD})
_BOTH = frozenset({Category.HELD, Category.KNOWN})

NATURES = {
    "password": Nature(_KNOWN, ("pwd",)),
    "pin": Nature(_KNOWN, ("pin",)),
    "totp": Nature(_HELD, ("otp",), replay_resistant=True),
    "sms": Nature(_HELD, ("sms",)),
    "email": Nature(_HELD, ("otp",), raises_assurance=False),
    "recovery": Nature(_HELD, ("otp",), replay_resistant=True, recovery=True),
    "face": Nature(frozenset({Category.INHERENT}), ("face",)),
    "location": Nature(frozenset(), ("geo",), raises_assurance=False),
    "security_key": Nature(_HELD, ("hwk",), phishing_resistant=True, hardware_protected=True, replay_resistant=True),
    "passkey": Nature(_BOTH, ("swk",), phishing_resistant=True, syncable=True, replay_resistant=True),
    "device_passkey": Nature(_BOTH, ("hwk",), phishing_resistant=True, hardware_protected=True, replay_resistant=True),
    "synced_hardware": Nature(
        _BOTH, ("hwk",), phishing_resistant=True, hardware_protected=True, syncable=True, replay_resistant=True
    ),
    "replayable_hardware": Nature(_BOTH, ("hwk",), phishing_resistant=True, hardware_protected=True),
    "certificate": Nature(_HELD, ("swk",), phishing_resistant=True, replay_resistant=True),
}


def proof(factor: str, *, at: Instant = NOON, number: int = 1) -> Proof:
    return Proof(factor, CredentialId(f"crd_{factor}{number}"), NATURES[factor], at)


def proofs(*factors: str, at: Instant = NOON) -> tuple[Proof, ...]:
    return tuple(proof(factor, at=at) for factor in factors)
