"""The part of ``[factors]`` about passkeys and security keys, and the files it names.

Decides how the relying party follows from the public address, and reads the certificates and the metadata that an
operator trusts. What they mean is for ``rules.factors.webauthn``.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography import x509
from pydantic import AfterValidator, Field

from twogate.rules.factors.webauthn import (
    Attestation,
    Metadata,
    MetadataInvalid,
    PasskeyRules,
    Verification,
    read_metadata,
)
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.paths import reason
from twogate.settings.section import Section

_AAGUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PORTS = {"https": 443, "http": 80}


def _aaguid(text: str) -> str:
    if not _AAGUID.fullmatch(text.lower()):
        raise ValueError('write an AAGUID like "2fc0579f-8113-47ea-b116-bb5a8db9202a"')
    return text.lower()


class PasskeySettings(Section):
    """Which passkeys and security keys may be set up."""

    passkey_verification: Verification = Field(
        default=Verification.PREFERRED,
        description="Whether the device checks who holds it (PIN, fingerprint, face) when a passkey is set up and when "
        "it is used beside a password: `required`, `preferred` or `discouraged`. A passkey without a password must.",
    )
    passkey_attestation: Attestation = Field(
        default=Attestation.NONE,
        description="`none`: any passkey. `allow`: the makes in `passkey_allowed`, by their own word. `trusted`: those "
        "whose maker vouches for them, by `passkey_roots` or `passkey_metadata`; only these reach `phrh` and `aal3`.",
    )
    passkey_allowed: tuple[Annotated[str, AfterValidator(_aaguid)], ...] = Field(
        default=(), description="AAGUIDs of the makes that may be set up, with `allow` and `trusted`; empty = all."
    )
    passkey_roots: Path | None = Field(
        default=None, description="PEM file with root certificates of makers, for `trusted`."
    )
    passkey_metadata: Path | None = Field(
        default=None,
        description="The signed file of the FIDO Metadata Service (`blob.jwt`), for `trusted`. Makes that it calls "
        "revoked or broken are refused.",
    )
    passkey_metadata_root: Path | None = Field(
        default=None, description="PEM file with the root certificate that `passkey_metadata` is signed under."
    )


def passkey_rules(settings: PasskeySettings, public_url: str) -> PasskeyRules:
    """Return what ``rules.factors.webauthn`` wants.

    Raises:
        SettingsInvalid: a file cannot be read, or is not what it should be; or nothing could be trusted.
    """
    rp_id, origin = relying_party(public_url)
    roots = _certificates("passkey_roots", settings.passkey_roots)
    metadata = _metadata(settings)
    if settings.passkey_attestation is Attestation.TRUSTED and not roots and metadata is None:
        raise _mistake("passkey_attestation", 'with "trusted", set `passkey_roots` or `passkey_metadata`')
    if settings.passkey_attestation is Attestation.ALLOW and not settings.passkey_allowed:
        raise _mistake("passkey_attestation", 'with "allow", list makes in `passkey_allowed`')
    return PasskeyRules(
        rp_id=rp_id,
        origin=origin,
        verification=settings.passkey_verification,
        attestation=settings.passkey_attestation,
        allowed=frozenset(settings.passkey_allowed),
        roots=roots,
        metadata=metadata,
    )


def relying_party(public_url: str) -> tuple[str, str]:
    """Return RP ID and origin; both empty where browsers make no passkeys (no name, or neither https nor localhost)."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        return "", ""
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    return host, f"{parts.scheme}://{host}{port}"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _metadata(settings: PasskeySettings) -> Metadata | None:
    path, root = settings.passkey_metadata, settings.passkey_metadata_root
    if path is None:
        return None
    roots = _certificates("passkey_metadata_root", root)
    if len(roots) != 1:
        raise _mistake("passkey_metadata_root", "name a PEM file with the one root that `passkey_metadata` rests on")
    try:
        return read_metadata(_bytes("passkey_metadata", path), roots[0])
    except MetadataInvalid as error:
        raise _mistake("passkey_metadata", f"{path} {error}") from None


def _certificates(key: str, path: Path | None) -> tuple[x509.Certificate, ...]:
    if path is None:
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(_bytes(key, path)))
    except ValueError:
        raise _mistake(key, f"{path} holds no certificate in PEM") from None


def _bytes(key: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _mistake(key, f"cannot read {path}: {reason(error)}") from None


def _mistake(key: str, sentence: str) -> SettingsInvalid:
    return SettingsInvalid(Mistake(f"factors.{key}", sentence))
