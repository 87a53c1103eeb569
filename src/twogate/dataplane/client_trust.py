"""Whose client certificates count, and which were revoked: taken from the operator's files when they change and fit.

Decides whether authorities and revocation lists (RFC 5280 sections 4 and 5) can be used: readable, and each list signed
by the authority it names. What HAProxy reads is a copy of what was found good; OpenSSL judges the certificates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256

from twogate.dataplane.certificates import read_pem, short, stamp
from twogate.dataplane.faults import CertificateRefusedError
from twogate.dataplane.files import write_private
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

_END = "-----END X509 CRL-----"
_BEGIN = "-----BEGIN X509 CRL-----"


@dataclass(frozen=True, slots=True)
class Trusted:
    """One reading of the files: copies for HAProxy, and what they say."""

    authorities_file: Path
    revocations_file: Path | None
    authorities: frozenset[bytes]  # SHA-256 of each certificate
    revoked: frozenset[tuple[bytes, int]]  # issuer's name, serial number

    def withdraws(self, before: "Trusted | None") -> bool:
        """Whether somebody who was trusted before no longer is."""
        return before is not None and not (before.authorities <= self.authorities and self.revoked <= before.revoked)


@dataclass(slots=True)
class ClientTrust:
    """The two files, and what was last found good in them."""

    authorities: Path
    revocations: Path | None
    directory: Path
    clock: Clock
    trusted: Trusted | None = None
    _seen: tuple[tuple[int, int, int], ...] = field(default=(), init=False)
    _count: int = field(default=0, init=False)

    def changed(self) -> bool:
        """Whether the files are others than at the last ``take``, good or bad."""
        return stamp(self.authorities, self.revocations) != self._seen

    def current(self) -> Trusted:
        """What to use: a new reading when the files changed, else the last good one.

        Raises:
            CertificateRefusedError: they changed, and are no good.
        """
        return self.take() if self.trusted is None or self.changed() else self.trusted

    def take(self) -> Trusted:
        """Read the files and write copies under names of their own.

        Raises:
            CertificateRefusedError: unreadable, not PEM, or a list that its authority did not sign.
        """
        self._seen = stamp(self.authorities, self.revocations)
        text = read_pem(self.authorities)
        authorities = _authorities(self.authorities.name, text)
        lists_text = read_pem(self.revocations) if self.revocations else ""
        lists = _lists(self.revocations.name, lists_text) if self.revocations else ()
        for one in lists:
            _check_signature(one, authorities)
        self._warn(authorities, lists)
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._count += 1
        return Trusted(
            self._copy("client-ca", text),
            self._copy("revocations", lists_text) if self.revocations else None,
            frozenset(authority.fingerprint(SHA256()) for authority in authorities),
            frozenset((one.issuer.public_bytes(), entry.serial_number) for one in lists for entry in one),
        )

    def settle(self, trusted: Trusted) -> None:
        """Note that HAProxy uses this reading now; other copies are removed."""
        self.trusted = trusted
        for stem in ("client-ca", "revocations"):
            for other in self.directory.glob(f"{stem}-*.pem"):
                if other not in {trusted.authorities_file, trusted.revocations_file}:
                    other.unlink(missing_ok=True)

    def _copy(self, stem: str, text: str) -> Path:
        target = self.directory / f"{stem}-{self._count}.pem"
        write_private(target, text)
        return target

    def _warn(self, authorities: Sequence[x509.Certificate], lists: Sequence[x509.CertificateRevocationList]) -> None:
        """Say what will have certificates refused: where it is not known what was revoked, none of them counts."""
        if self.revocations is None:
            return
        now = self.clock.now().utc()
        for one in lists:
            if one.next_update_utc is not None and one.next_update_utc < now:
                log.warning("revocation_list_out_of_date", issuer=one.issuer.rfc4514_string())
        for name in sorted({a.subject.rfc4514_string() for a in authorities} - {_issuer(one) for one in lists}):
            log.warning("no_revocation_list", issuer=name)


def _issuer(one: x509.CertificateRevocationList) -> str:
    return one.issuer.rfc4514_string()


def _authorities(name: str, text: str) -> tuple[x509.Certificate, ...]:
    try:
        found = tuple(x509.load_pem_x509_certificates(text.encode()))
    except ValueError as error:
        raise CertificateRefusedError(f"{name} is no PEM file of certificates: {short(error)}") from error
    for certificate in found:
        if not _may_sign(certificate):
            subject = certificate.subject.rfc4514_string()
            raise CertificateRefusedError(
                f"{name}: the certificate of {subject} is no authority's (CA:TRUE is missing)"
            )
    return found


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _lists(name: str, text: str) -> tuple[x509.CertificateRevocationList, ...]:
    blocks = [_BEGIN + part.split(_END)[0] + _END + "\n" for part in text.split(_BEGIN)[1:]]
    if not blocks:
        raise CertificateRefusedError(f"{name} holds no revocation list in PEM")
    try:
        return tuple(x509.load_pem_x509_crl(block.encode()) for block in blocks)
    except ValueError as error:
        raise CertificateRefusedError(f"{name} is no PEM file of revocation lists: {short(error)}") from error


def _check_signature(one: x509.CertificateRevocationList, authorities: Sequence[x509.Certificate]) -> None:
    """A list of an authority that only callers show is left to OpenSSL, which has the chain then."""
    signers = [authority for authority in authorities if authority.subject == one.issuer]
    if signers and not any(_signed(one, authority) for authority in signers):
        raise CertificateRefusedError(f"the revocation list of {one.issuer.rfc4514_string()} was signed by another key")


def _signed(one: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(authority.public_key())  # type: ignore[arg-type]  # a key of no known kind raises
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
