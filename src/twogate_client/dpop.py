"""Proofs that a request comes from the owner of a key (RFC 9449 section 4.2), and the key: ES256, made once.

Decides what a proof says: method, place without query and fragment, time, a name of its own, the token beside it.
The key is kept with the tokens and never shown.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from twogate_client.outside import random_text

ALGORITHM = "ES256"
_SIZE = 32


def encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True)
class Key:
    """A private key that signs proofs."""

    _private: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def make(cls) -> "Key":
        """Make a new one."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, kept: str) -> "Key":
        """Read what ``kept`` wrote."""
        return cls(ec.derive_private_key(int.from_bytes(_decoded(kept)), ec.SECP256R1()))

    @property
    def kept(self) -> str:
        """The key as text, to be kept as secret as the tokens."""
        return encoded(self._private.private_numbers().private_value.to_bytes(_SIZE))

    @property
    def jwk(self) -> dict[str, str]:
        """The public part (RFC 7518 section 6.2)."""
        point = self._private.public_key().public_numbers()
        return {
            "crv": "P-256",
            "kty": "EC",
            "x": encoded(point.x.to_bytes(_SIZE)),
            "y": encoded(point.y.to_bytes(_SIZE)),
        }

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        text = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True)
        return encoded(hashlib.sha256(text.encode()).digest())

    def prove(self, method: str, url: str, *, at: float, token: str = "", nonce: str = "") -> str:
        """Return a proof for one request."""
        claims: dict[str, Any] = {"jti": random_text(), "htm": method, "htu": _place(url), "iat": int(at)}
        if token:
            claims["ath"] = encoded(hashlib.sha256(token.encode()).digest())
        if nonce:
            claims["nonce"] = nonce
        head = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": self.jwk}
        signed = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
        r, s = decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{encoded(r.to_bytes(_SIZE) + s.to_bytes(_SIZE))}"


def _place(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "", ""))
