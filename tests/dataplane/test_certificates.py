"""A certificate and its key, taken only when they fit."""

import datetime as dt
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from twogate.dataplane.certificates import Certificates
from twogate.dataplane.faults import CertificateRefusedError


def make_pair() -> tuple[bytes, bytes]:
    """A self-signed certificate and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture
def pair(tmp_path: Path) -> Certificates:
    """A good pair in two files."""
    certificate, key = make_pair()
    (tmp_path / "cert.pem").write_bytes(certificate)
    (tmp_path / "key.pem").write_bytes(key)
    return Certificates(tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "tls")


def test_a_good_pair_becomes_a_bundle(pair: Certificates) -> None:
    """Certificate and key are copied into one file that only its owner reads."""
    bundle = pair.take()
    assert bundle.read_text().count("-----BEGIN") == 2
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert not pair.changed()


def test_one_file_may_hold_both(pair: Certificates) -> None:
    """A file with the key before or after its certificate is taken as it is."""
    for order in (("cert.pem", "key.pem"), ("key.pem", "cert.pem")):
        text = "".join((pair.certificate.parent / name).read_text() for name in order)
        (pair.certificate.parent / "both.pem").write_text(text)
        both = Certificates(pair.certificate.parent / "both.pem", None, pair.directory)
        assert both.take().exists()


def test_a_new_pair_is_noticed_and_old_bundles_go(pair: Certificates) -> None:
    """Changed files are noticed; once the new bundle is in use the old one is removed."""
    first = pair.take()
    certificate, key = make_pair()
    pair.certificate.write_bytes(certificate)
    assert pair.key is not None
    pair.key.write_bytes(key)
    os.utime(pair.certificate, (1, 1))
    assert pair.changed()
    second = pair.take()
    pair.settle(second)
    assert second.exists()
    assert not first.exists()


@pytest.mark.parametrize("damage", ["other key", "no key", "no certificate", "text", "binary", "empty", "gone"])
def test_a_pair_that_does_not_fit_is_refused(pair: Certificates, damage: str) -> None:
    """A key of another certificate, a missing part or nonsense is refused, and looked at once only."""
    assert pair.key is not None
    certificate, key = make_pair()
    match damage:
        case "other key":
            pair.key.write_bytes(key)
        case "no key":
            pair.key.write_bytes(certificate)
        case "no certificate":
            pair.certificate.write_bytes(key)
        case "text":
            pair.certificate.write_text("hello")
        case "binary":
            pair.certificate.write_bytes(b"\xff\xfe\x00")
        case "empty":
            pair.key.write_bytes(b"")
        case _:
            pair.key.unlink()
    with pytest.raises(CertificateRefusedError) as caught:
        pair.take()
    assert "PRIVATE" not in str(caught.value)
    assert not pair.changed()
