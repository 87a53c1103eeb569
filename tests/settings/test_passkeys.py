"""Passkey settings: the relying party follows from the public address, and files are what they should be."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.ports import NOON, SeededEntropy
from tests.rules.factors.webauthn.signed_metadata import Alliance, entry
from tests.rules.factors.webauthn.soft_key import Maker

from twogate.rules.factors.registry import registry
from twogate.rules.factors.webauthn import Attestation
from twogate.settings.factors import FactorSettings, HashingSettings, parameters
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.passkeys import PasskeySettings, passkey_rules, relying_party

NAME = "00112233-4455-6677-8899-aabbccddeeff"
URL = "https://api.example.com"


def _settings(**keys: Any) -> PasskeySettings:
    return PasskeySettings.model_validate(keys)


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker()


@pytest.fixture
def roots(tmp_path: Path, maker: Maker) -> Path:
    path = tmp_path / "roots.pem"
    path.write_bytes(maker.root.public_bytes(Encoding.PEM) + Maker().root.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://api.example.com", ("api.example.com", "https://api.example.com")),
        ("https://api.example.com:443", ("api.example.com", "https://api.example.com")),
        ("https://api.example.com:8443", ("api.example.com", "https://api.example.com:8443")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("http://localhost", ("localhost", "http://localhost")),
        ("http://shop.localhost:8080", ("shop.localhost", "http://shop.localhost:8080")),
        ("http://api.example.com", ("", "")),
        ("https://192.0.2.7", ("", "")),
        ("https://[2001:db8::7]", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_relying_party_is_the_public_address(public_url: str, expected: tuple[str, str]) -> None:
    """A name under https, or localhost; anything else makes no passkeys (W3C Web Authentication, section 5.1)."""
    assert relying_party(public_url) == expected


def test_passkeys_are_offered_where_browsers_make_them() -> None:
    """With a name in the address they are offered and found, with a number they are known but serve nobody."""
    for url, works in ((URL, True), ("http://127.0.0.1:8080", False)):
        found = registry(parameters(FactorSettings(), HashingSettings(), public_url=url)).get("webauthn")
        assert found is not None
        assert (found.self_service, found.discoverable, found.eager) == (works, works, works)
        assert (found.left({}) is None) is works
        assert (found.challenge((), SeededEntropy(), NOON) is not None) is works


def test_the_usual_settings_trust_nobody() -> None:
    """Any passkey may be set up, and none is hardware by its own word."""
    rules = passkey_rules(_settings(), URL)
    assert (rules.attestation, rules.roots, rules.metadata, rules.allowed) == (Attestation.NONE, (), None, frozenset())
    assert rules.life == 300


def test_roots_are_read(roots: Path, maker: Maker) -> None:
    """A file may hold several."""
    rules = passkey_rules(_settings(passkey_attestation="trusted", passkey_roots=roots), URL)
    assert len(rules.roots) == 2
    assert rules.roots[0] == maker.root


def test_metadata_is_read_under_its_root(tmp_path: Path, maker: Maker) -> None:
    """The file and the root it is signed under are named by the operator."""
    alliance = Alliance()
    blob, root = tmp_path / "blob.jwt", tmp_path / "root.pem"
    blob.write_bytes(alliance.blob(entry(bytes.fromhex(NAME.replace("-", "")), [maker])))
    root.write_bytes(alliance.root.public_bytes(Encoding.PEM))
    keys = {"passkey_attestation": "trusted", "passkey_metadata": blob, "passkey_metadata_root": root}
    rules = passkey_rules(_settings(**keys), URL)
    assert rules.metadata is not None
    assert rules.metadata.make(NAME) is not None


def test_makes_are_written_as_aaguids() -> None:
    """In any case, and nothing else."""
    settings = _settings(passkey_attestation="allow", passkey_allowed=[NAME.upper()])
    assert passkey_rules(settings, URL).allowed == {NAME}
    with pytest.raises(ValueError, match="write an AAGUID"):
        _settings(passkey_allowed=["YubiKey"])


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"passkey_attestation": "trusted"}, "passkey_roots"),
        ({"passkey_attestation": "allow"}, "passkey_allowed"),
        ({"passkey_roots": "missing.pem"}, "cannot read"),
        ({"passkey_roots": "text"}, "no certificate"),
        ({"passkey_metadata": "text"}, "one root"),
        ({"passkey_metadata": "text", "passkey_metadata_root": "roots.pem"}, "one root"),
        ({"passkey_metadata": "text", "passkey_metadata_root": "root.pem"}, "not a signed file"),
        ({"passkey_metadata": "missing.jwt", "passkey_metadata_root": "root.pem"}, "cannot read"),
    ],
)
def test_mistakes_are_told(keys: dict[str, str], told: str, roots: Path, maker: Maker) -> None:
    """What would trust nobody, and files that are missing or something else, stop the start and say why."""
    folder = roots.parent
    (folder / "text").write_text("nothing")
    (folder / "root.pem").write_bytes(maker.root.public_bytes(Encoding.PEM))
    files = {
        key: folder / value if key not in {"passkey_attestation", "passkey_allowed"} else value
        for key, value in keys.items()
    }
    with pytest.raises(SettingsInvalid, match=told):
        passkey_rules(_settings(**files), URL)
