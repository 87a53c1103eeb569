"""What an operator may set about passkeys and security keys (W3C Web Authentication, sections 5.4 and 5.8).

Decides the vocabulary: whose relying party this is, which authenticators may be set up, whether they must check who
holds them.
"""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.x509 import Certificate
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm

from twogate.rules.factors.webauthn.metadata import Metadata


class Attestation(StrEnum):
    """Which authenticators may be set up."""

    NONE = "none"  # any; nothing is asked about its make
    ALLOW = "allow"  # the makes on a list, by their own word
    TRUSTED = "trusted"  # those whose maker's certificate leads to a root that the operator trusts


class Verification(StrEnum):
    """Whether the authenticator checks who holds it, by PIN or by body (section 5.8.6)."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    DISCOURAGED = "discouraged"


ALGORITHMS = (Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256)


@dataclass(frozen=True, slots=True)
class PasskeyRules:
    """The relying party and its wishes. Without ``rp_id`` (the address is no name) there are no passkeys."""

    rp_id: str = ""  # the host of the public address
    origin: str = ""  # scheme, host and port of the public address, exactly as a browser writes it
    verification: Verification = Verification.PREFERRED
    attestation: Attestation = Attestation.NONE
    allowed: frozenset[str] = frozenset()  # AAGUIDs, lower case; empty = all that ``attestation`` lets in
    roots: tuple[Certificate, ...] = ()  # for ``TRUSTED``, beside those in the metadata
    metadata: Metadata | None = None
    life: int = 300  # seconds from a challenge to its answer
