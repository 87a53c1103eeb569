"""An authenticator in software that can also do everything wrong, for the tests.

Decides nothing: it builds what a browser would send (W3C Web Authentication, sections 5.1, 5.8.1, 6.1 and 6.5.4), and
lets a test replace any part before it is signed, or after.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fido2 import cbor

Json = dict[str, Any]
AAGUID_EXTENSION = "1.3.6.1.4.1.45724.1.1.4"
SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
ES256, EDDSA, RS256 = -7, -8, -257
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def changed(original: Mapping[str, Any], changes: Mapping[str, Any]) -> Json:
    """Return a copy with some members replaced; None takes one away."""
    merged = {**original, **changes}
    return {name: value for name, value in merged.items() if not (name in changes and value is None)}


def new_private(algorithm: int) -> Private:
    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate() if algorithm == EDDSA else rsa.generate_private_key(65537, 2048)


def cose(private: Private, algorithm: int) -> dict[int, Any]:
    if isinstance(private, ec.EllipticCurvePrivateKey):
        point = private.public_key().public_numbers()
        size = (private.curve.key_size + 7) // 8
        curve = {256: 1, 384: 2, 521: 3}[private.curve.key_size]
        return {1: 2, 3: algorithm, -1: curve, -2: point.x.to_bytes(size, "big"), -3: point.y.to_bytes(size, "big")}
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: algorithm, -1: 6, -2: private.public_key().public_bytes_raw()}
    numbers = private.public_key().public_numbers()
    return {1: 3, 3: algorithm, -1: numbers.n.to_bytes(private.key_size // 8, "big"), -2: b"\x01\x00\x01"}


def signed(private: Private, data: bytes) -> bytes:
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(data, ec.ECDSA(hashes.SHA256()))
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(data)
    return private.sign(data, padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Maker:
    """A maker of authenticators: a root certificate, and certificates for its models."""

    name: str = "Example Keys"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    leaf_private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{self.name} Root")])
        self.root = self._certificate(subject, subject, self.private.public_key(), ca=True)

    def leaf(  # every part may be wrong
        self,
        aaguid: bytes | None,
        *,
        unit: str = "Authenticator Attestation",
        ca: bool | None = False,
        critical: bool = False,
        until: dt.datetime = UNTIL,
        country: str = "SE",
    ) -> x509.Certificate:
        """Return the certificate of one model."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, country),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.name),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                x509.NameAttribute(NameOID.COMMON_NAME, f"{self.name} model"),
            ]
        )
        more = []
        if aaguid is not None:
            value = x509.UnrecognizedExtension(x509.ObjectIdentifier(AAGUID_EXTENSION), b"\x04\x10" + aaguid)
            more.append((value, critical))
        issuer, key = self.root.subject, self.leaf_private.public_key()
        return self._certificate(subject, issuer, key, ca=ca, more=more, until=until)

    def between(self, *, ca: bool | None = True) -> tuple[x509.Certificate, "Maker"]:
        """Return a certificate below the root, and the maker it stands for."""
        lower = Maker(f"{self.name} Batch")
        key = lower.private.public_key()
        return self._certificate(lower.root.subject, self.root.subject, key, ca=ca), lower

    def _certificate(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        ca: bool | None,
        more: list[tuple[x509.ExtensionType, bool]] | None = None,
        until: dt.datetime = UNTIL,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), SINCE, until)
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        for value, critical in more or []:
            builder = builder.add_extension(value, critical=critical)
        return builder.sign(self.private, hashes.SHA256())


@dataclass
class SoftKey:
    """One authenticator with one credential. ``options`` are those that a factor shows, as JSON."""

    algorithm: int = ES256
    aaguid: bytes = bytes(16)
    origin: str = "https://api.example.com"
    credential_id: bytes = b"credential-0001."
    handle: bytes = b""
    count: int = 0
    private: Private = field(init=False)

    def __post_init__(self) -> None:
        self.private = new_private(self.algorithm)

    @property
    def name(self) -> str:
        return b64(self.credential_id)

    def create(  # every part may be wrong
        self,
        options: Mapping[str, Any],
        *,
        flags: int = UP | UV | AT,
        client: Mapping[str, Any] | None = None,
        client_bytes: bytes | None = None,
        rp_id: str | None = None,
        key: Mapping[int, Any] | None = None,
        key_bytes: bytes | None = None,
        inner_id: bytes | None = None,
        id_length: int | None = None,
        data_tail: bytes = b"",
        form: str = "none",
        statement: Mapping[str, Any] | None = None,
        maker: Maker | None = None,
        chain: list[x509.Certificate] | None = None,
        attest: Callable[[bytes], Mapping[str, Any]] | None = None,
        parts: Mapping[str, Any] | None = None,
        tail: bytes = b"",
        response: Mapping[str, Any] | None = None,
        outer: Mapping[str, Any] | None = None,
    ) -> Json:
        """Answer ``navigator.credentials.create()``."""
        public = options["publicKey"]
        self.handle = base64.urlsafe_b64decode(public["user"]["id"] + "==")
        data = self._data(rp_id or public["rp"]["id"], flags)
        if flags & AT:
            inner = self.credential_id if inner_id is None else inner_id
            length = len(inner) if id_length is None else id_length
            public_key = cbor.encode(dict(key) if key is not None else cose(self.private, self.algorithm))
            data += self.aaguid + length.to_bytes(2, "big") + inner + (key_bytes or public_key)
        data += data_tail
        text = client_bytes or self._client("webauthn.create", public["challenge"], client)
        whole = data + hashlib.sha256(text).digest()
        made = attest(whole) if attest else self._statement(form, whole, maker=maker, chain=chain)
        found = changed({"fmt": form, "attStmt": changed(made, statement or {}), "authData": data}, parts or {})
        answer = {
            "clientDataJSON": b64(text),
            "attestationObject": b64(cbor.encode(found) + tail),
            "transports": ["usb", "nfc", "telepathy"],
        }
        return self._answer(changed(answer, response or {}), outer)

    def get(  # every part may be wrong
        self,
        options: Mapping[str, Any],
        *,
        flags: int = UP | UV,
        client: Mapping[str, Any] | None = None,
        client_bytes: bytes | None = None,
        rp_id: str | None = None,
        count: int | None = None,
        data_tail: bytes = b"",
        signer: Private | None = None,
        response: Mapping[str, Any] | None = None,
        outer: Mapping[str, Any] | None = None,
    ) -> Json:
        """Answer ``navigator.credentials.get()``."""
        public = options["publicKey"]
        data = self._data(rp_id or public["rpId"], flags, count) + data_tail
        text = client_bytes or self._client("webauthn.get", public["challenge"], client)
        answer = {
            "clientDataJSON": b64(text),
            "authenticatorData": b64(data),
            "signature": b64(signed(signer or self.private, data + hashlib.sha256(text).digest())),
            "userHandle": b64(self.handle),
        }
        return self._answer(changed(answer, response or {}), outer)

    def _answer(self, response: Json, outer: Mapping[str, Any] | None) -> Json:
        answer = {
            "id": self.name,
            "rawId": self.name,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": response,
        }
        return changed(answer, outer or {})

    def _data(self, rp_id: str, flags: int, count: int | None = None) -> bytes:
        number = self.count if count is None else count
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + number.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, changes: Mapping[str, Any] | None) -> bytes:
        usual = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(changed(usual, changes or {})).encode()

    def _statement(
        self, form: str, data: bytes, *, maker: Maker | None, chain: list[x509.Certificate] | None
    ) -> Mapping[str, Any]:
        if form != "packed":
            return {}
        if maker is None:
            return {"alg": self.algorithm, "sig": signed(self.private, data)}
        found = chain if chain is not None else [maker.leaf(self.aaguid)]
        certificates = [one.public_bytes(Encoding.DER) for one in found]
        return {"alg": ES256, "sig": signed(maker.leaf_private, data), "x5c": certificates}
