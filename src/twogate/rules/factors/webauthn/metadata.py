"""What the FIDO Alliance publishes about makes of authenticators: the signed file of its Metadata Service, version 3.

Decides whether the file is genuine, and what it says about one make: its name, its maker's root certificates, whether
its keys are kept in hardware, and whether it was revoked or broken. Entries are read one by one and only as far as
they are needed: the library's reader of whole files gives up on one entry that it does not understand.
"""

import base64
import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from fido2.cose import CoseKey
from fido2.mds3 import AuthenticatorStatus

SIGNER = "mds.fidoalliance.org"  # FIDO Metadata Service 3.0, section 3.2
_BROKEN = frozenset(
    {
        AuthenticatorStatus.REVOKED.value,
        AuthenticatorStatus.USER_VERIFICATION_BYPASS.value,
        AuthenticatorStatus.USER_KEY_REMOTE_COMPROMISE.value,
        AuthenticatorStatus.USER_KEY_PHYSICAL_COMPROMISE.value,
    }
)
_LEAKED = AuthenticatorStatus.ATTESTATION_KEY_COMPROMISE.value
_HARDWARE = frozenset({"hardware", "secure_element", "tee"})  # FIDO Registry, section 3.2
_ALGORITHMS = ("RS256", "ES256")
_PARTS = 3
_PICTURE = re.compile(r"data:image/(?:png|svg\+xml);base64,[A-Za-z0-9+/]{1,65536}={0,2}")


class MetadataInvalid(Exception):  # noqa: N818  # it says what is so
    """The file is not what the FIDO Alliance publishes."""


@dataclass(frozen=True, slots=True)
class Make:
    """One make of authenticator, as its entry has it."""

    name: str
    roots: tuple[x509.Certificate, ...] = field(repr=False)
    hardware: bool
    broken: str  # the status that forbids it; empty = none does
    leaked: tuple[bytes, ...] = field(repr=False)  # certificates (DER) whose key is known to others
    icon: str = field(default="", repr=False)  # a picture as a data: address


@dataclass(frozen=True, slots=True)
class Metadata:
    """The file, by AAGUID in lower case."""

    number: int
    next_update: str  # a date
    entries: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def make(self, aaguid: str) -> Make | None:
        """Return what is known about a make; None if there is no entry. One that is not understood forbids it."""
        entry = self.entries.get(aaguid)
        try:
            return None if entry is None else _make(entry)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Make("", (), hardware=False, broken="its entry is not understood", leaked=())


def read_metadata(blob: bytes, root: x509.Certificate) -> Metadata:
    """Read the file (a JWS, RFC 7515) once its signature leads to ``root``.

    Raises:
        MetadataInvalid: it is not genuine, or not such a file.
    """
    try:
        payload = _verified(blob.strip(), root)
        found = json.loads(payload)
        entries = {str(one["aaguid"]).lower(): one for one in found["entries"] if one.get("aaguid")}
        return Metadata(int(found["no"]), str(found["nextUpdate"]), entries)
    except MetadataInvalid:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MetadataInvalid(f"cannot be read as metadata: {type(error).__name__}") from None


def _verified(blob: bytes, root: x509.Certificate) -> bytes:
    """Return the payload. The chain is judged at the time it was made: a file stays genuine after its signer's day."""
    parts = blob.split(b".")
    if len(parts) != _PARTS:
        raise MetadataInvalid("is not a signed file")
    header = json.loads(_part(parts[0]))
    chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in header["x5c"]]
    if header["alg"] not in _ALGORITHMS:
        raise MetadataInvalid("is signed in a way that is not known")
    since = max(one.not_valid_before_utc for one in chain)
    try:
        verifier = PolicyBuilder().store(Store([root])).time(since).build_server_verifier(x509.DNSName(SIGNER))
        verifier.verify(chain[0], [one for one in chain[1:] if one != root])
        key = CoseKey.for_name(header["alg"]).from_cryptography_key(chain[0].public_key())
        key.verify(parts[0] + b"." + parts[1], _signature(header["alg"], _part(parts[2])))
    except VerificationError:
        raise MetadataInvalid(f"is not signed by {SIGNER} under this root") from None
    except InvalidSignature:
        raise MetadataInvalid("was changed after it was signed") from None
    return _part(parts[1])


def _signature(algorithm: str, signature: bytes) -> bytes:
    """JWS writes ECDSA signatures as two numbers (RFC 7518 section 3.4), the library reads them in DER."""
    if algorithm != "ES256":
        return signature
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def _part(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _make(entry: Mapping[str, Any]) -> Make:
    statement = entry["metadataStatement"]
    reports, icon = entry["statusReports"], str(statement.get("icon", ""))
    leaks = [one for one in reports if one["status"] == _LEAKED]
    certificates = [one.get("certificate") or one.get("batchCertificate") for one in leaks]
    broken = next((one["status"] for one in reports if one["status"] in _BROKEN), "")
    if not all(certificates):
        broken = broken or _LEAKED  # all of its certificates may be affected
    return Make(
        name=str(statement["description"]),
        roots=tuple(_certificates(statement["attestationRootCertificates"])),
        hardware=bool(_HARDWARE & set(statement["keyProtection"])),
        broken=broken,
        leaked=tuple(base64.b64decode(one) for one in certificates if one),
        icon=icon if _PICTURE.fullmatch(icon) else "",
    )


def _certificates(texts: Iterable[str]) -> Iterator[x509.Certificate]:
    """Some makers published certificates that break the rules of ASN.1; those vouch for nobody."""
    for text in texts:
        with contextlib.suppress(ValueError):
            yield x509.load_der_x509_certificate(base64.b64decode(text))
