"""The audit log's hash chain: what a digest covers, what a head signs, and what is wrong with a log.

Decides the canonical form of a row, the link ``digest_n = SHA-256(digest_(n-1) || row_n)``, and the verdict over rows
and heads. Heads are signed with ES256 (RFC 7518 section 3.4) by a key of their own; kept outside the database (the
anchor), they also show rows missing from the end. Reading rows and files is for ``services.audit_log``.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from joserfc.jwk import ECKey

from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the chain: index and digest of a row."""

    index: int
    digest: str  # lower-case hexadecimal


START = Place(0, "00" * 32)


@dataclass(frozen=True, slots=True)
class Link:
    """A row in its place, as it is exported."""

    place: Place
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stood, signed."""

    index: int
    digest: str
    at: Instant
    kid: str
    signature: str  # base64 of the DER form

    def to_json(self) -> dict[str, Any]:
        signed = {"index": self.index, "digest": self.digest, "at": self.at.isoformat()}
        return {**signed, "ms": int(self.at), "kid": self.kid, "signature": self.signature}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Head":
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not a head.
        """
        return cls(
            index=int(raw["index"]),
            digest=str(raw["digest"]),
            at=Instant(raw["ms"]),
            kid=str(raw["kid"]),
            signature=str(raw["signature"]),
        )


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write a JSON object: sorted names, no blanks, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def follow(previous: Place, row: Mapping[str, Any]) -> Place:
    """The place of the row that comes after ``previous``."""
    index = previous.index + 1
    written = canonical({"index": index, "row": row})
    return Place(index, hashlib.sha256(bytes.fromhex(previous.digest) + written).hexdigest())


def sign(place: Place, at: Instant, *, kid: str, private_pem: bytes) -> Head:
    """Sign where the chain stands."""
    key = load_pem_private_key(private_pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("audit heads are signed with ES256")
    signature = key.sign(_signed(place, at, kid), ec.ECDSA(SHA256()))
    return Head(place.index, place.digest, at, kid=kid, signature=base64.b64encode(signature).decode("ascii"))


class Keys:
    """The public keys an auditor trusts, each under the id that follows from it (RFC 7638)."""

    def __init__(self, *pems: str) -> None:
        self._keys: dict[str, ec.EllipticCurvePublicKey] = {}
        for pem in pems:
            key = load_pem_public_key(pem.encode())
            if not isinstance(key, ec.EllipticCurvePublicKey):
                raise TypeError("audit heads are signed with ES256")
            self._keys[ECKey.import_key(pem).thumbprint()] = key

    def vouch_for(self, head: Head) -> bool:
        """Whether one of them has signed this head."""
        key = self._keys.get(head.kid)
        if key is None:
            return False
        try:
            signature = base64.b64decode(head.signature, validate=True)
            signed = _signed(Place(head.index, head.digest), head.at, head.kid)
            key.verify(signature, signed, ec.ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def _signed(place: Place, at: Instant, kid: str) -> bytes:
    return b"twogate audit head " + canonical(
        {"index": place.index, "digest": place.digest, "at": int(at), "kid": kid},
    )
