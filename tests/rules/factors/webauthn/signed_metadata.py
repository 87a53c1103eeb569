"""A metadata file as the FIDO Alliance would sign it, for the tests.

Decides nothing: an authority, a signer's certificate and the JWS of FIDO Metadata Service 3.0, section 3.1.7; each
part may be wrong.
"""

import base64
import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tests.rules.factors.webauthn.soft_key import SINCE, Maker, b64

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def entry(aaguid: bytes, makers: list[Maker], *status: dict[str, Any] | str, **changes: Any) -> dict[str, Any]:
    """Return what the file says about one make."""
    reports = [{"status": one} if isinstance(one, str) else one for one in status]
    statement = {
        "description": "Example Key 1",
        "attestationRootCertificates": [_text(one.root) for one in makers],
        "keyProtection": ["hardware", "secure_element"],
    }
    return {
        "aaguid": str(uuid.UUID(bytes=aaguid)),
        "metadataStatement": {**statement, **changes},
        "statusReports": reports or [{"status": "FIDO_CERTIFIED_L1"}],
        "timeOfLastStatusChange": "2026-01-01",
    }


def _text(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _signed(key: Private, message: bytes) -> bytes:
    """Return a signature as JWS writes it (RFC 7518 section 3)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass
class Alliance:
    """Who signs the file."""

    host: str = "mds.fidoalliance.org"
    days: int = 90  # how long the signer's certificate is good
    root_key: ec.EllipticCurvePrivateKey = field(default_factory=_key)
    signer_key: Private = field(default_factory=_key)

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Root R3")])
        self.root = self._certificate(name, name, self.root_key.public_key(), by=self.root_key, ca=True, days=9000)
        self.signer = self._certificate(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.host)]),
            name,
            self.signer_key.public_key(),
            by=self.root_key,
            ca=False,
            days=self.days,
        )

    def blob(self, *entries: dict[str, Any], payload: dict[str, Any] | None = None, **header: Any) -> bytes:
        """Return the signed file."""
        usual = {"legalHeader": "x", "no": 7, "nextUpdate": "2026-12-01", "entries": list(entries)}
        algorithm = "RS256" if isinstance(self.signer_key, rsa.RSAPrivateKey) else "ES256"
        head = {"alg": algorithm, "typ": "JWT", "x5c": [_text(self.signer)], **header}
        message = ".".join(b64(json.dumps(part).encode()) for part in (head, payload or usual)).encode()
        return message + b"." + b64(_signed(self.signer_key, message)).encode()

    def below(self, certificate_of: "Alliance") -> x509.Certificate:
        """Return a certificate for another's signer key, made with our signer's key, which may sign no certificates."""
        return self._certificate(
            certificate_of.signer.subject,
            self.signer.subject,
            certificate_of.signer_key.public_key(),
            by=self.signer_key,
            ca=False,
            days=self.days,
            host="mds.fidoalliance.org",
        )

    def _certificate(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        *,
        by: Private,
        ca: bool,
        days: int,
        host: str = "",
    ) -> x509.Certificate:
        until = SINCE + dt.timedelta(days=days)
        builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), SINCE, until)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        builder = builder.add_extension(authority, critical=False)
        if ca:
            usage = x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            )
            builder = builder.add_extension(usage, critical=True)
        else:
            names = x509.SubjectAlternativeName([x509.DNSName(host or self.host)])
            builder = builder.add_extension(names, critical=False)
            server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(server, critical=False)
        return builder.sign(by, hashes.SHA256())
