"""The TLS listener's certificate: taken from the operator's files when they change and fit.

Decides whether a certificate and its key belong together. What HAProxy reads is a copy of a pair that was found
good, so a half-written or mistaken file never stands in the way of a reload.
"""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from twogate.dataplane.faults import CertificateRefusedError
from twogate.dataplane.files import write_private

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(slots=True)
class Certificates:
    """One pair of files and the bundles made of it."""

    certificate: Path
    key: Path | None
    directory: Path
    bundle: Path | None = None  # the one last found good
    _seen: Stamp = field(default=(), init=False)
    _count: int = field(default=0, init=False)

    def changed(self) -> bool:
        """Whether the files are others than at the last ``take``, good or bad."""
        return stamp(self.certificate, self.key) != self._seen

    def take(self) -> Path:
        """Read the pair and write a bundle of it under a name of its own.

        Raises:
            CertificateRefusedError: unreadable, not PEM, or the key is another one's.
        """
        self._seen = stamp(self.certificate, self.key)
        text = read_pem(self.certificate)
        if self.key is not None:
            text += "\n" + read_pem(self.key)
        _check_pair(text.encode())
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._count += 1
        bundle = self.directory / f"bundle-{self._count}.pem"
        write_private(bundle, text)
        return bundle

    def settle(self, bundle: Path) -> None:
        """Note that HAProxy uses this bundle now; the others are removed."""
        self.bundle = bundle
        for other in self.directory.glob("bundle-*.pem"):
            if other != bundle:
                other.unlink(missing_ok=True)


def stamp(*paths: Path | None) -> Stamp:
    """What tells one state of some files from another."""
    stamps = []
    for path in paths:
        if path is not None:
            try:
                status = path.stat()
            except OSError:
                stamps.append((0, 0, 0))
            else:
                stamps.append((status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(stamps)


def read_pem(path: Path) -> str:
    """Read a PEM file.

    Raises:
        CertificateRefusedError: it cannot be read, or is no ASCII text.
    """
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CertificateRefusedError(f"{path.name} cannot be read: {short(error)}") from error


def _check_pair(pem: bytes) -> None:
    try:
        leaf = x509.load_pem_x509_certificates(pem)[0]
        key = load_pem_private_key(_private_part(pem), password=None)
        same = _spki(key.public_key()) == _spki(leaf.public_key())
    except (ValueError, TypeError, IndexError, UnsupportedAlgorithm) as error:
        raise CertificateRefusedError(f"certificate or key is not readable PEM: {short(error)}") from error
    if not same:
        raise CertificateRefusedError("the private key does not belong to the certificate")


def _private_part(pem: bytes) -> bytes:
    """Return the block that holds the private key: a bundle has certificates around it."""
    start = next((pem.rfind(b"-----BEGIN", 0, end) for end in [pem.find(b"PRIVATE KEY-----")] if end >= 0), -1)
    if start < 0:
        raise ValueError("no private key in it")
    return pem[start:]


def _spki(key: object) -> bytes:
    public_bytes = getattr(key, "public_bytes", None)
    if public_bytes is None:
        raise ValueError("a key of a kind that TLS does not use")
    return bytes(public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def short(error: Exception) -> str:
    """What went wrong, in one line."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0][:120]
