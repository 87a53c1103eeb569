"""The public keys that are taken, in COSE (RFC 9052 section 7, RFC 9053; W3C Web Authentication, section 5.8.5).

Decides that a key is of the very kind its algorithm asks for: P-256 with ES256, Ed25519 with EdDSA, RSA of a decent
size with RS256; and nothing beside it.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor, parse_cbor
from webauthn.helpers.cose import COSECRV, COSEKTY, COSEKey
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import InvalidCBORData

from twogate.terms.ports import Entropy

_COORDINATE = 32
_LEAST_MODULUS = 256  # bytes; 2048 bits, NIST SP 800-131A
_MOST_MODULUS = 512
_TOP_BIT = 0x80
_EXPONENT = bytes((1, 0, 1))
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, section 2.4.2)


def key_fault(key: bytes) -> str:
    """What is wrong with a public key; empty if nothing is."""
    try:
        found = parse_cbor(key)
    except InvalidCBORData:
        return "the public key cannot be read"
    if not isinstance(found, dict):
        return "the public key is no COSE key"
    algorithm = found.get(int(COSEKey.ALG))
    wanted = _PARTS.get(algorithm) if isinstance(algorithm, int) else None
    if wanted is None:
        return "the public key is of an algorithm that was not offered"
    if found.keys() != wanted.keys() or not all(fits(found[name]) for name, fits in wanted.items()):
        return "the public key does not fit its algorithm"
    return ""


def key_of_nobody(entropy: Entropy) -> bytes:
    """Return a good public key whose private key is forgotten at once."""
    number = 1 + int.from_bytes(entropy.bytes(_COORDINATE + 8), "big") % (_ORDER - 1)
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers()
    return encode_cbor(
        {
            int(COSEKey.KTY): int(COSEKTY.EC2),
            int(COSEKey.ALG): int(Algorithm.ECDSA_SHA_256),
            int(COSEKey.CRV): int(COSECRV.P256),
            int(COSEKey.X): point.x.to_bytes(_COORDINATE, "big"),
            int(COSEKey.Y): point.y.to_bytes(_COORDINATE, "big"),
        }
    )


def _is(value: int) -> Any:
    return lambda found: type(found) is int and found == value


def _coordinate(found: object) -> bool:
    return isinstance(found, bytes) and len(found) == _COORDINATE


def _modulus(found: object) -> bool:
    return isinstance(found, bytes) and _LEAST_MODULUS <= len(found) <= _MOST_MODULUS and found[0] >= _TOP_BIT


_PARTS = {
    int(Algorithm.ECDSA_SHA_256): {
        int(COSEKey.KTY): _is(COSEKTY.EC2),
        int(COSEKey.ALG): _is(Algorithm.ECDSA_SHA_256),
        int(COSEKey.CRV): _is(COSECRV.P256),
        int(COSEKey.X): _coordinate,
        int(COSEKey.Y): _coordinate,
    },
    int(Algorithm.EDDSA): {
        int(COSEKey.KTY): _is(COSEKTY.OKP),
        int(COSEKey.ALG): _is(Algorithm.EDDSA),
        int(COSEKey.CRV): _is(COSECRV.ED25519),
        int(COSEKey.X): _coordinate,
    },
    int(Algorithm.RSASSA_PKCS1_v1_5_SHA_256): {
        int(COSEKey.KTY): _is(COSEKTY.RSA),
        int(COSEKey.ALG): _is(Algorithm.RSASSA_PKCS1_v1_5_SHA_256),
        int(COSEKey.N): _modulus,
        int(COSEKey.E): lambda found: found == _EXPONENT,
    },
}
