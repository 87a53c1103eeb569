"""The file of the FIDO Metadata Service: genuine or not, and what it says about a make."""

import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from fido2.mds3 import parse_blob
from tests.rules.factors.webauthn.signed_metadata import Alliance, entry
from tests.rules.factors.webauthn.soft_key import Maker, b64

from twogate.rules.factors.webauthn.metadata import MetadataInvalid, read_metadata

MODEL = bytes.fromhex("00112233445566778899aabbccddeeff")
NAME = "00112233-4455-6677-8899-aabbccddeeff"


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker()


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return Alliance()


def test_a_genuine_file_is_read(maker: Maker, alliance: Alliance) -> None:
    """Number, date and entries are there, and the roots of a make."""
    found = read_metadata(alliance.blob(entry(MODEL, [maker])) + b"\n", alliance.root)
    assert (found.number, found.next_update) == (7, "2026-12-01")
    make = found.make(NAME)
    assert make is not None
    assert make.roots == (maker.root,)
    assert (make.name, make.hardware, make.broken) == ("Example Key 1", True, "")
    assert found.make("00000000-0000-0000-0000-000000000001") is None


def test_the_library_takes_the_same_signature() -> None:
    """A file that we take is one whose signature fido2 takes, too (its reader of entries wants more in them)."""
    alliance = Alliance(signer_key=rsa.generate_private_key(65537, 2048))
    blob = alliance.blob(payload={"legalHeader": "x", "no": 7, "nextUpdate": "2026-12-01", "entries": []})
    assert parse_blob(blob, alliance.root.public_bytes(Encoding.DER)).no == read_metadata(blob, alliance.root).number


def test_a_file_stays_genuine_after_its_signers_day(maker: Maker) -> None:
    """The signer's certificate is judged at the time it was made: it lives shorter than the file is used."""
    short = Alliance(days=1)
    assert read_metadata(short.blob(entry(MODEL, [maker])), short.root).number == 7


def test_forgeries_are_refused(maker: Maker, alliance: Alliance) -> None:
    """Another root, another host, a changed payload, no signature, another algorithm, a certificate that signs none."""
    blob, other, web = alliance.blob(entry(MODEL, [maker])), Alliance(), Alliance(host="www.example.org")
    head, payload, signature = blob.split(b".")
    changed = b64(base64.urlsafe_b64decode(payload + b"==").replace(b"Example Key 1", b"Example Key 2")).encode()
    none = b64(json.dumps({"alg": "none", "x5c": []}).encode()).encode()
    forged = Alliance(root_key=web.root_key, signer_key=other.signer_key)
    stolen = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in (web.below(other), web.signer)]
    cases = (
        ("another root", blob, other.root),
        ("another host", web.blob(entry(MODEL, [maker])), web.root),
        ("changed", b".".join((head, changed, signature)), alliance.root),
        ("no signature", b".".join((head, payload, b"")), alliance.root),
        ("algorithm none", b".".join((none, payload, b"")), alliance.root),
        ("algorithm HS256", alliance.blob(entry(MODEL, [maker]), alg="HS256"), alliance.root),
        ("no chain", alliance.blob(entry(MODEL, [maker]), x5c=[]), alliance.root),
        ("a chain over no authority", forged.blob(entry(MODEL, [maker]), x5c=stolen), web.root),
        ("two parts", head + b"." + payload, alliance.root),
        ("empty", b"", alliance.root),
        ("not JSON", b"a.b.c", alliance.root),
    )
    assert [case for case, text, root in cases if _taken(text, root)] == []


def _taken(text: bytes, root: x509.Certificate) -> bool:
    try:
        read_metadata(text, root)
    except MetadataInvalid:
        return False
    return True


@pytest.mark.parametrize("payload", [{}, {"entries": 1}, {"entries": [1]}, {"entries": [], "no": "x"}])
def test_other_signed_files_are_refused(alliance: Alliance, payload: dict[str, object]) -> None:
    """A good signature over something else is not metadata."""
    with pytest.raises(MetadataInvalid):
        read_metadata(alliance.blob(payload={"x": 1, **payload}), alliance.root)


@pytest.mark.parametrize(
    "status",
    ["REVOKED", "USER_VERIFICATION_BYPASS", "USER_KEY_REMOTE_COMPROMISE", "USER_KEY_PHYSICAL_COMPROMISE"],
)
def test_a_broken_make_says_so(maker: Maker, alliance: Alliance, status: str) -> None:
    """Whatever was reported before or after it."""
    one = entry(MODEL, [maker], "FIDO_CERTIFIED_L2", status, "UPDATE_AVAILABLE")
    make = read_metadata(alliance.blob(one), alliance.root).make(NAME)
    assert make is not None
    assert make.broken == status


def test_a_leaked_certificate_is_named(maker: Maker, alliance: Alliance) -> None:
    """A report about one certificate forbids that one; a report that names none forbids the make."""
    der = maker.root.public_bytes(Encoding.DER)
    report = {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": base64.b64encode(der).decode()}
    one = read_metadata(alliance.blob(entry(MODEL, [maker], report)), alliance.root).make(NAME)
    every = read_metadata(alliance.blob(entry(MODEL, [maker], "ATTESTATION_KEY_COMPROMISE")), alliance.root).make(NAME)
    assert one is not None
    assert every is not None
    assert (one.broken, one.leaked) == ("", (der,))
    assert (every.broken, every.leaked) == ("ATTESTATION_KEY_COMPROMISE", ())


@pytest.mark.parametrize(
    ("icon", "kept"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("data:image/svg+xml;base64,PHN2Zy8+", True),
        ("data:text/html;base64,PHN2Zy8+", False),
        ("https://example.com/icon.png", False),
        ('data:image/png;base64,iVBO" onerror="x', False),
    ],
)
def test_pictures_are_pictures(maker: Maker, alliance: Alliance, icon: str, kept: bool) -> None:  # noqa: FBT001  # a table's column
    """A picture stands in the file itself; an address of something else is none."""
    make = read_metadata(alliance.blob(entry(MODEL, [maker], icon=icon)), alliance.root).make(NAME)
    assert make is not None
    assert make.icon == (icon if kept else "")


def test_keys_in_software_are_no_hardware(maker: Maker, alliance: Alliance) -> None:
    """The make's own word for how it keeps its keys."""
    make = read_metadata(alliance.blob(entry(MODEL, [maker], keyProtection=["software"])), alliance.root).make(NAME)
    assert make is not None
    assert not make.hardware


def test_an_entry_that_is_not_understood_forbids_its_make(maker: Maker, alliance: Alliance) -> None:
    """It might say that the make was revoked; the other entries stay readable."""
    odd = {**entry(bytes(15) + b"\x01", [maker]), "metadataStatement": {"description": "x"}}
    found = read_metadata(alliance.blob(odd, entry(MODEL, [maker])), alliance.root)
    make = found.make("00000000-0000-0000-0000-000000000001")
    assert make is not None
    assert make.broken
    assert found.make(NAME) is not None


def test_a_root_that_cannot_be_read_vouches_for_nobody(maker: Maker, alliance: Alliance) -> None:
    """Published files have such certificates; the others of the make stay in force."""
    roots = ["AAAA", base64.b64encode(maker.root.public_bytes(Encoding.DER)).decode()]
    one = entry(MODEL, [], "REVOKED", attestationRootCertificates=roots)
    make = read_metadata(alliance.blob(one), alliance.root).make(NAME)
    assert make is not None
    assert (make.roots, make.broken) == ((maker.root,), "REVOKED")
