"""Public keys of others as JSON Web Keys (RFC 7517, 7518 section 6, 8037), each for one algorithm.

Decides which keys are taken: P-256 for ES256, RSA of 2048 to 4096 bits for PS256, Ed25519 for EdDSA. The key says which
algorithm it is for, never the token (RFC 8725 section 3.1). RSASSA-PKCS1-v1_5 and shared secrets are refused, and so is
a key that shows its private half: whoever sent it has shown it to more than us.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from twogate.rules.protocols.jose.compact import Jws, decode, encode
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

ALGORITHMS = ("ES256", "PS256", "EdDSA")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
_COORDINATE = 32  # bytes
MOST_KEYS = 10
LARGEST_SET = 16_384  # characters
_LONGEST = 700  # characters in one member: an RSA modulus of 4096 bits has 683
_SMALLEST_RSA, _LARGEST_RSA = 2_048, 4_096
_SMALLEST_EXPONENT, _LARGEST_EXPONENT = 65_537, 2**32
_Check = Callable[[bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies signatures of one algorithm."""

    algorithm: str
    thumbprint: str  # RFC 7638 with SHA-256
    kid: str
    _check: _Check = field(repr=False)

    def signed(self, jws: Jws) -> bool:
        """Whether the owner of this key signed it, with the algorithm that the key is for."""
        if jws.header.get("alg") != self.algorithm:
            return False
        try:
            self._check(jws.signature, jws.signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(jwk: object) -> Passed[PublicKey] | Refused:
    """Read a public key."""
    if not isinstance(jwk, Mapping):
        return _no("a key is a JSON object")
    if _PRIVATE & set(jwk):
        return _no("a private or shared key")
    members = _MEMBERS.get(jwk["kty"]) if isinstance(jwk.get("kty"), str) else None
    if members is None or not all(isinstance(jwk.get(name), str) for name in members):
        return _no("a key of no known type, or members are missing")
    if any(len(jwk[name]) > _LONGEST for name in members):
        return _no("a key that is larger than any that is taken")
    if jwk.get("use", "sig") != "sig":
        return _no("a key that is not for signatures")
    try:
        algorithm, thumbprint, check = _known(tuple((name, jwk[name]) for name in members))
    except ValueError as fault:
        return _no(f"a key that is none: {fault}")
    kid = jwk.get("kid", "")
    if jwk.get("alg", algorithm) != algorithm or not isinstance(kid, str):
        return _no("a key for an algorithm that is not taken here")
    return Passed(PublicKey(algorithm, thumbprint, kid, check))


def read_keys(text: str) -> tuple[PublicKey, ...]:
    """Read the keys of a set that are good here; others are left out (RFC 7517 section 5)."""
    try:
        keys = json.loads(text)["keys"] if text else []
        read = [read_key(key) for key in keys]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(key.value for key in read if isinstance(key, Passed))


def whole_set(text: str) -> bool:
    """Whether it is a set of which each key is good here: what is registered must not be half of what was meant."""
    try:
        keys = json.loads(text)["keys"] if len(text) <= LARGEST_SET else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(keys, list) and 0 < len(keys) <= MOST_KEYS and len(read_keys(text)) == len(keys)


def signer_of(jws: Jws, keys: Iterable[PublicKey]) -> PublicKey | None:
    """Return the one of these keys that signed it; a ``kid`` narrows the choice."""
    kid = jws.header.get("kid")
    named = [key for key in keys if kid is None or key.kid == kid]
    return next((key for key in named if key.signed(jws)), None)


@lru_cache(maxsize=4096)  # callers use one key again and again, and to read a point takes as long as to use it
def _known(members: tuple[tuple[str, str], ...]) -> tuple[str, str, _Check]:
    """Read the members that make the key, in the order of their names (RFC 7638 section 3).

    Raises:
        ValueError: they make none.
    """
    jwk = dict(members)
    thumbprint = encode(hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest())
    match jwk["kty"]:
        case "EC":
            return "ES256", thumbprint, _ecdsa(jwk)
        case "RSA":
            return "PS256", thumbprint, _pss(jwk)
        case _:
            return "EdDSA", thumbprint, _ed25519(jwk)


def _ecdsa(jwk: Mapping[str, str]) -> _Check:
    if jwk["crv"] != "P-256":
        raise ValueError("the curve is P-256")
    x, y = (int.from_bytes(_octets(jwk[name], _COORDINATE)) for name in ("x", "y"))
    key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()

    def check(signature: bytes, signed: bytes) -> None:
        if len(signature) != 2 * _COORDINATE:
            raise ValueError("a signature has 64 bytes")
        r, s = int.from_bytes(signature[:_COORDINATE]), int.from_bytes(signature[_COORDINATE:])
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))

    return check


def _pss(jwk: Mapping[str, str]) -> _Check:
    n, e = (int.from_bytes(_octets(jwk[name])) for name in ("n", "e"))
    if not _SMALLEST_RSA <= n.bit_length() <= _LARGEST_RSA or not _SMALLEST_EXPONENT <= e < _LARGEST_EXPONENT:
        raise ValueError("RSA keys have 2048 to 4096 bits and an exponent of at least 65537")
    key = RSAPublicNumbers(e, n).public_key()
    padding = PSS(MGF1(SHA256()), SHA256.digest_size)
    return lambda signature, signed: key.verify(signature, signed, padding, SHA256())


def _ed25519(jwk: Mapping[str, str]) -> _Check:
    if jwk["crv"] != "Ed25519":
        raise ValueError("the curve is Ed25519")
    key = Ed25519PublicKey.from_public_bytes(_octets(jwk["x"], _COORDINATE))
    return key.verify


def _octets(text: str, size: int | None = None) -> bytes:
    raw = decode(text)
    if raw is None or not raw or (size is not None and len(raw) != size):
        raise ValueError("a member is not base64url of its length")
    return raw


def _no(detail: str) -> Refused:
    return Refused(Reason.INPUT_MALFORMED, detail)
