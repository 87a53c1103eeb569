"""Argon2id (RFC 9106) for secrets of little entropy, with an optional pepper (NIST SP 800-63B-4, section 3.1.1.2).

Decides the stored form: the encoded string names scheme and cost, so that a hash can be told to be outdated. How
many may run at once is for the hashing pool; which secret is hashed is for the factor.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from argon2 import extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type, hash_secret, verify_secret

from twogate.terms.ports import Entropy
from twogate.terms.secret import Secret

SALT_BYTES = 16  # RFC 9106 section 3.1; NIST asks for 32 bits at least
_DIGEST_BYTES = 32
_ENCODED = re.compile(r"\$argon2id\$v=19\$m=[0-9]+,t=[0-9]+,p=[0-9]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs. The default is the OWASP minimum: 19 MiB, two passes, one lane."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class SlowHash:
    """Hashes and compares under one cost and one pepper."""

    cost: Cost = field(default_factory=Cost)
    pepper: Secret = field(default_factory=lambda: Secret(""))  # kept apart from the database; empty = none

    def hash(self, secret: bytes, salt: bytes) -> str:
        """Return the encoded hash, ``$argon2id$v=19$m=...``."""
        return hash_secret(
            self._peppered(secret),
            salt,
            time_cost=self.cost.passes,
            memory_cost=self.cost.memory_kib,
            parallelism=self.cost.lanes,
            hash_len=_DIGEST_BYTES,
            type=Type.ID,
        ).decode("ascii")

    def matches(self, encoded: str, secret: bytes) -> bool:
        """Compare in constant time; what is no Argon2id hash matches nothing."""
        if not _ENCODED.fullmatch(encoded):
            return False
        try:
            return verify_secret(encoded.encode("ascii"), self._peppered(secret), Type.ID)
        except (Argon2Error, InvalidHashError):
            return False

    def outdated(self, encoded: str) -> bool:
        """Whether it was made under another cost than the present one."""
        found = extract_parameters(encoded)
        present = (self.cost.memory_kib, self.cost.passes, self.cost.lanes)
        return (found.memory_cost, found.time_cost, found.parallelism) != present

    def decoy(self, entropy: Entropy) -> str:
        """Return a hash of the present cost that no secret is known to have."""
        salt, digest = (_b64(entropy.bytes(size)) for size in (SALT_BYTES, _DIGEST_BYTES))
        cost = f"m={self.cost.memory_kib},t={self.cost.passes},p={self.cost.lanes}"
        return f"$argon2id$v=19${cost}${salt}${digest}"

    def _peppered(self, secret: bytes) -> bytes:
        """Keyed before hashing: who steals the database alone cannot even begin to guess."""
        key = self.pepper.reveal()
        return hmac.digest(key, secret, hashlib.sha256) if key else secret


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii").rstrip("=")
