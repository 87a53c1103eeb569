r"""What a phone signs, byte for byte, and whether its signature is good (ES256, RFC 7518 section 3.4).

Decides the one text form of each statement: a title line, then ``name value`` lines in a fixed order, joined by line
feeds, in UTF-8. The first line tells the kinds apart, so that a signature of one kind is none of another. The server
builds the statement from what it knows itself: a phone that was shown anything else signs something else.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from twogate.terms.instant import Instant
from twogate.terms.push import Answer, PushDeviceId, Question

PAIRING_DIGITS = 6
_COORDINATE = 32  # bytes, P-256
_MEMBERS = {"kty", "crv", "x", "y"}


def answer_statement(question: Question, answer: Answer) -> bytes:
    """Request, account, action, place and time as they were shown, the code as it was typed, and the decision."""
    return _lines(
        "twogate push answer 1",
        origin=question.origin,
        device=answer.device,
        request=question.id,
        account=question.account,
        action=question.action,
        place=question.place,
        asked=question.asked.isoformat(),
        code=answer.code,
        decision=answer.decision.value,
        answered=answer.answered.isoformat(),
    )


def pull_statement(origin: str, device: PushDeviceId, at: Instant) -> bytes:
    """The phone asks: is something waiting for me?"""
    return _lines("twogate push pull 1", origin=origin, device=device, at=at.isoformat())


def route_statement(origin: str, device: PushDeviceId, at: Instant, *, route: str) -> bytes:
    """The phone says where to wake it: ``route`` is the exact JSON text that was sent."""
    digest = hashlib.sha256(route.encode()).hexdigest()
    return _lines("twogate push route 1", origin=origin, device=device, at=at.isoformat(), route=digest)


def pairing_statement(origin: str, *, token: str, label: str, key: str) -> bytes:
    """The phone says that it has seen this QR code and holds this key; ``key`` is the key's thumbprint."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return _lines("twogate push pairing 1", origin=origin, token=digest, label=label, key=key)


def pairing_code(token: str, key: str) -> str:
    """The digits that the phone shows and its owner types on the first screen: they name the token and the key.

    Whoever photographed the QR code and was faster has another key, so the owner's phone shows no code at all and
    theirs is not the one that is asked for.
    """
    digest = hashlib.sha256(b"twogate push pairing code 1\n" + f"{token}\n{key}".encode()).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**PAIRING_DIGITS).zfill(PAIRING_DIGITS)


def read_key(jwk: Mapping[str, object]) -> ec.EllipticCurvePublicKey | None:
    """Return the P-256 key of a JWK with exactly its four public members (RFC 7517); None when it is anything else."""
    if set(jwk) != _MEMBERS or jwk["kty"] != "EC" or jwk["crv"] != "P-256":
        return None
    x, y = decode(str(jwk["x"]), _COORDINATE), decode(str(jwk["y"]), _COORDINATE)
    if x is None or y is None:
        return None
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    try:
        return numbers.public_key()
    except ValueError:
        return None


def thumbprint(jwk: Mapping[str, object]) -> str:
    """The key's name (RFC 7638)."""
    members = {name: str(jwk[name]) for name in sorted(_MEMBERS)}
    return encode(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def is_signed(statement: bytes, signature: str, jwk: Mapping[str, object]) -> bool:
    """Whether this key signed exactly these bytes."""
    key, raw = read_key(jwk), decode(signature, 2 * _COORDINATE)
    if key is None or raw is None:
        return False
    r, s = int.from_bytes(raw[:_COORDINATE], "big"), int.from_bytes(raw[_COORDINATE:], "big")
    try:
        key.verify(encode_dss_signature(r, s), statement, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def encode(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decode(text: str, size: int) -> bytes | None:
    """Return the bytes of canonical base64url of exactly this size, or None."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == size and encode(raw) == text else None


def _lines(title: str, **values: str) -> bytes:
    """Build a statement. A value with a line break could pretend to be two lines, so none has one."""
    for value in values.values():
        if any(not letter.isprintable() for letter in value):
            raise ValueError("a statement's values are printable and of one line")
    return "\n".join((title, *(f"{name} {value}" for name, value in values.items()))).encode()
