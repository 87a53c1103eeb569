"""Tools of a forger: signed tokens taken apart and put together wrongly. Knows nothing of Twogate's own code."""

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
Object = dict[str, Any]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(value: Any) -> str:
    return b64(json.dumps(value).encode())


def take_apart(token: str) -> tuple[Object, Object, str]:
    header, claims, signature = token.split(".")
    return json.loads(unb64(header)), json.loads(unb64(claims)), signature


def with_header(token: str, **change: Any) -> str:
    """The same claims and signature under another header."""
    header, claims, signature = take_apart(token)
    return f"{part(header | change)}.{part(claims)}.{signature}"


def hmac_signed(header: Object, claims: Object, key: bytes) -> str:
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{b64(hmac.digest(key, signed.encode(), sha256))}"


def ec_signed(header: Object, claims: Object, key: ec.EllipticCurvePrivateKey) -> str:
    signed = f"{part(header)}.{part(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    s = min(s, ORDER - s)
    return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def rsa_signed(header: Object, claims: Object) -> str:
    key = rsa.generate_private_key(65537, 2048)
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{b64(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def public_key_spellings(jwk: Object) -> Iterator[bytes]:
    """The published key in every form in which somebody might take it for a shared secret."""
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(unb64(jwk["x"]), "big"), int.from_bytes(unb64(jwk["y"]), "big"), ec.SECP256R1()
    )
    key = numbers.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield from (pem, pem.strip(), b" " + pem, b"\n" + pem, b"\xef\xbb\xbf" + pem, pem.replace(b"\n", b"\r\n"))
    yield key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    yield key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    yield key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    yield json.dumps(jwk).encode()
    yield b""


def twin_signature(token: str) -> str:
    """The other valid ECDSA signature of the same token: (r, n - s)."""
    head, _, signature = token.rpartition(".")
    raw = unb64(signature)
    s = ORDER - int.from_bytes(raw[32:], "big")
    return f"{head}.{b64(raw[:32] + s.to_bytes(32, 'big'))}"


def der_signature(token: str) -> str:
    """The same signature as ASN.1, which ES256 does not use."""
    head, _, signature = token.rpartition(".")
    raw = unb64(signature)
    return f"{head}.{b64(encode_dss_signature(int.from_bytes(raw[:32], 'big'), int.from_bytes(raw[32:], 'big')))}"


def respellings(text: str) -> Iterator[str]:
    """Every proper prefix, suffix and single case flip of a secret, and some decorations."""
    yield from (text[:end] for end in range(len(text)))
    yield from (text[start:] for start in range(1, len(text)))
    for index, letter in enumerate(text):
        if letter.swapcase() != letter:
            yield text[:index] + letter.swapcase() + text[index + 1 :]
    yield from (text + "=", text + "\t", text + "A", "A" + text, text + text, text.upper(), text.lower())


def every(count: int, texts: Iterator[str]) -> list[str]:
    """About ``count`` of them, evenly spread, the first and last ones always."""
    found = list(texts)
    step = max(1, len(found) // count)
    return [*found[::step], *found[-8:]]
