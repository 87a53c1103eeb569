"""A certificate authority of one's own: client certificates of every kind, good and bad, and its revocation list."""

import base64
import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LONG_AGO, SINCE = datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
PAST, UNTIL = datetime(2021, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Leaf:
    """A client's certificate and key in one PEM file."""

    path: Path
    certificate: x509.Certificate

    @property
    def thumbprint(self) -> str:
        """RFC 8705 section 3.1: base64url of the SHA-256 of the DER."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")

    def context(self, trusted: Path, *protocols: str) -> ssl.SSLContext:
        """A client's TLS settings: whom to trust, and this certificate to show."""
        context = ssl.create_default_context(cafile=str(trusted))
        context.set_alpn_protocols(list(protocols or ("http/1.1",)))
        context.load_cert_chain(self.path)
        return context


class Authority:
    """One issuer. ``parent`` makes it an intermediate one."""

    SERVERS = ExtendedKeyUsageOID.SERVER_AUTH

    def __init__(self, folder: Path, name: str, *, parent: "Authority | None" = None) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        )
        signer = parent or self
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(SINCE)
            .not_valid_after(UNTIL)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(signer.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @staticmethod
    def trusting(server: Path) -> ssl.SSLContext:
        """A client's TLS settings without a certificate."""
        return ssl.create_default_context(cafile=str(server))

    def issue(
        self,
        common_name: str,
        *,
        since: datetime = SINCE,
        until: datetime = UNTIL,
        key: ec.EllipticCurvePrivateKey | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    ) -> Leaf:
        """Make a client certificate."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / f"leaf-{certificate.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + self.pem.encode() + private)
        return Leaf(path, certificate)

    def alone(self, common_name: str, *, until: datetime = UNTIL) -> Leaf:
        """Make a client certificate that only its own key has signed."""
        single = Authority(self.folder, common_name)
        single.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        return single.issue(common_name, key=single.key, until=until)

    def revocations(self, *revoked: Leaf, until: datetime = UNTIL) -> str:
        """Return a revocation list (RFC 5280 section 5) in PEM."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        builder = builder.last_update(LONG_AGO).next_update(until)
        for leaf in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(leaf.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(SINCE).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
