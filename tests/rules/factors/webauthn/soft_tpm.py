"""A TPM in software that certifies keys, and can also do everything wrong, for the tests.

Decides nothing: it writes certInfo and pubArea byte by byte (TPM 2.0 Library, part 2, sections 10.12.8 and 12.2.4) and
the certificate of its attestation key under an authority of its own (W3C Web Authentication, section 8.3.1).
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.rules.factors.webauthn.soft_key import AAGUID_EXTENSION, SINCE, UNTIL, Private

AIK_USAGE = "2.23.133.8.3"
MANUFACTURER, MODEL, VERSION = "2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3"
FIXED_TPM, FIXED_PARENT, ORIGIN_INSIDE, USER_WITH_AUTH, SIGN = 1 << 1, 1 << 4, 1 << 5, 1 << 6, 1 << 18
INSIDE = FIXED_TPM | FIXED_PARENT | ORIGIN_INSIDE | USER_WITH_AUTH | SIGN
GENERATED = b"\xff\x54\x43\x47"  # TPM_GENERATED_VALUE
CERTIFY, QUOTE = b"\x80\x17", b"\x80\x18"  # TPM_ST_ATTEST_CERTIFY, TPM_ST_ATTEST_QUOTE
ECC, RSA, SHA256, NULL, P256, P384 = b"\x00\x23", b"\x00\x01", b"\x00\x0b", b"\x00\x10", b"\x00\x03", b"\x00\x04"
RS256, RS1 = -257, -65535


def sized(value: bytes) -> bytes:
    """A TPM2B: its length in two bytes, and the value."""
    return len(value).to_bytes(2, "big") + value


def public_area(private: Private, *, attributes: int = INSIDE, curve: bytes = P256, exponent: int = 0) -> bytes:
    """The TPMT_PUBLIC of a key."""
    head = SHA256 + attributes.to_bytes(4, "big") + sized(b"")
    if isinstance(private, rsa.RSAPrivateKey):
        modulus = private.public_key().public_numbers().n.to_bytes(private.key_size // 8, "big")
        bits = private.key_size.to_bytes(2, "big")
        return RSA + head + NULL + NULL + bits + exponent.to_bytes(4, "big") + sized(modulus)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    point = private.public_key().public_numbers()
    unique = sized(point.x.to_bytes(32, "big")) + sized(point.y.to_bytes(32, "big"))
    return ECC + head + NULL + NULL + curve + NULL + unique


def certify_info(
    extra: bytes, area: bytes, *, magic: bytes = GENERATED, kind: bytes = CERTIFY, name: bytes | None = None
) -> bytes:
    """The TPMS_ATTEST over one key."""
    attested = SHA256 + hashlib.sha256(area).digest() if name is None else name
    clock = bytes(8) + bytes(4) + bytes(4) + b"\x01"
    return magic + kind + sized(SHA256 + bytes(32)) + sized(extra) + clock + bytes(8) + sized(attested) + sized(b"")


@dataclass
class Tpm:
    """One TPM, the authority that knows its attestation key, and what it says of keys."""

    authority: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example TPM Root")])
        builder = x509.CertificateBuilder(name, name, self.authority.public_key(), 1, SINCE, UNTIL)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.root = builder.sign(self.authority, hashes.SHA256())

    def certificate(  # every part may be wrong
        self,
        *,
        subject: str = "",
        hardware: Mapping[str, str] | None = None,
        usage: str | None = AIK_USAGE,
        ca: bool | None = False,
        aaguid: bytes | None = None,
        until: dt.datetime = UNTIL,
    ) -> x509.Certificate:
        """The certificate of the attestation key; ``hardware``: what its subject's alternative name says."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)] if subject else [])
        public = self.private.public_key()
        builder = x509.CertificateBuilder(self.root.subject, name, public, x509.random_serial_number(), SINCE, until)
        says = {MANUFACTURER: "id:494E5443", MODEL: "Example", VERSION: "id:13"} if hardware is None else hardware
        if says:
            parts = [x509.NameAttribute(x509.ObjectIdentifier(oid), value) for oid, value in says.items()]
            other_name = x509.SubjectAlternativeName([x509.DirectoryName(x509.Name(parts))])
            builder = builder.add_extension(other_name, critical=not subject)
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(usage)]), critical=False)
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if aaguid is not None:
            value = x509.UnrecognizedExtension(x509.ObjectIdentifier(AAGUID_EXTENSION), b"\x04\x10" + aaguid)
            builder = builder.add_extension(value, critical=False)
        return builder.sign(self.authority, hashes.SHA256())

    def says(  # every part may be wrong
        self,
        data: bytes,
        area: bytes,
        *,
        info: Mapping[str, bytes] | None = None,
        extra: bytes | None = None,
        algorithm: int = RS256,
        signer: rsa.RSAPrivateKey | None = None,
        leaf: x509.Certificate | None = None,
        shown_area: bytes | None = None,
    ) -> dict[str, Any]:
        """Certify the key of ``area`` for these data (section 8.3, signing procedure)."""
        digest = hashes.SHA1() if algorithm == RS1 else hashes.SHA256()  # noqa: S303  # to see that it is refused
        digest_name = "sha1" if algorithm == RS1 else "sha256"
        told = certify_info(hashlib.new(digest_name, data).digest() if extra is None else extra, area, **(info or {}))
        return {
            "ver": "2.0",
            "alg": algorithm,
            "x5c": [(leaf or self.certificate()).public_bytes(Encoding.DER)],
            "sig": (signer or self.private).sign(told, padding.PKCS1v15(), digest),
            "certInfo": told,
            "pubArea": area if shown_area is None else shown_area,
        }
