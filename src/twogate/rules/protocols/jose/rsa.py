"""ID tokens and logout tokens under RSA keys, for clients that registered PS256 or RS256 (RFC 7518 sections 3.3, 3.5).

Decides how they are signed and read back. A key is for one of the two algorithms, whatever a token's header says.
Access tokens are never signed so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from twogate.rules.protocols.jose import compact
from twogate.rules.protocols.jose.compact import encode
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALGORITHMS = ("PS256", "RS256")


@dataclass(frozen=True, slots=True)
class SigningRsa:
    """The private half, for one algorithm."""

    kid: str
    algorithm: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """The public half, for one algorithm."""

    kid: str
    algorithm: str
    key: RSAPublicKey = field(repr=False)

    def as_dict(self) -> dict[str, str]:
        """As a JWK (RFC 7518 section 6.3.1)."""
        numbers = self.key.public_numbers()
        n, e = (encode(one.to_bytes((one.bit_length() + 7) // 8)) for one in (numbers.n, numbers.e))
        return {"kty": "RSA", "n": n, "e": e, "kid": self.kid, "use": "sig", "alg": self.algorithm}


def sign(claims: Mapping[str, Any], *, typ: str, by: SigningRsa) -> Secret:
    """Return the compact form of these claims under this key."""
    head = {"typ": typ, "alg": by.algorithm, "kid": by.kid}
    parts = (encode(json.dumps(one, separators=(",", ":")).encode()) for one in (head, dict(claims)))
    signed = ".".join(parts)
    return Secret(f"{signed}.{encode(by.key.sign(signed.encode(), _padding(by.algorithm), SHA256()))}")


def verify(token: str, keys: Mapping[str, VerifyingKey], *, typ: str) -> Passed[dict[str, Any]] | Refused:
    """Return the claims of a token of this type, signed by the named one of ``keys``."""
    read = compact.read(token)
    if isinstance(read, Refused):
        return read
    head, jws = read.value.header, read.value
    kid = head.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or head != {"typ": typ, "alg": key.algorithm, "kid": key.kid}:
        return Refused(Reason.TOKEN_INVALID, "no such key, or not for this type and algorithm")
    try:
        key.key.verify(jws.signature, jws.signed, _padding(key.algorithm), SHA256())
    except InvalidSignature:
        return Refused(Reason.TOKEN_INVALID, "signature")
    return Passed(dict(jws.claims))


def _padding(algorithm: str) -> AsymmetricPadding:
    return PSS(MGF1(SHA256()), SHA256.digest_size) if algorithm == "PS256" else PKCS1v15()
