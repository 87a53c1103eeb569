"""TPM attestation: a statement that is right in every part is believed, and one thing wrong is enough to refuse it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.ports import NOON
from tests.rules.factors.webauthn.conftest import RULES, Party
from tests.rules.factors.webauthn.soft_key import AT, BE, ES256, RS256, SINCE, UP, UV, SoftKey
from tests.rules.factors.webauthn.soft_tpm import (
    FIXED_PARENT,
    FIXED_TPM,
    INSIDE,
    MANUFACTURER,
    MODEL,
    ORIGIN_INSIDE,
    P384,
    QUOTE,
    RS1,
    VERSION,
    Tpm,
    public_area,
)

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.webauthn import Attestation
from twogate.rules.factors.webauthn.tpm import key_stays_inside
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

NUMBER = bytes.fromhex("08987058cadc4b8b6e130de50dcbe096")


@pytest.fixture(scope="module")
def tpm() -> Tpm:
    return Tpm()


def _party(tpm: Tpm, algorithm: int = ES256) -> Party:
    rules = replace(RULES, attestation=Attestation.TRUSTED, roots=(tpm.root,))
    return Party(rules=rules, key=SoftKey(algorithm=algorithm, aaguid=NUMBER))


def _create(tpm: Tpm, party: Party, *, area: bytes | None = None, **wrong: Any) -> Passed[Any] | Refused:
    """Set up a key that the TPM certifies, with one thing wrong perhaps."""
    inside = public_area(party.key.private) if area is None else area
    outer = {name: wrong.pop(name) for name in ("statement", "flags") if name in wrong}
    return party.create(form="tpm", attest=lambda data: tpm.says(data, inside, **wrong), **outer)


def _hardware(verdict: Passed[Any] | Refused) -> bool:
    assert isinstance(verdict, Passed), verdict
    return bool(verdict.value.state["hardware"])


@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_a_key_that_a_tpm_certified_is_hardware(tpm: Tpm, algorithm: int) -> None:
    """Elliptic curve and RSA, under the operator's root: with a verified user it reaches AAL3."""
    party = _party(tpm, algorithm)
    made = _create(tpm, party)
    assert _hardware(made)
    assert isinstance(made, Passed)
    nature = party.factor.nature(made.value.state)
    assert add_up([Proof("webauthn", CredentialId("crd_1"), nature, NOON)]).level is Level.AAL3
    assert isinstance(party.get(made.value.state), Passed)


def test_a_certificate_that_names_this_model_is_taken(tpm: Tpm) -> None:
    """The AAGUID in the certificate may stand there, and then it is this one."""
    assert _hardware(_create(tpm, _party(tpm), leaf=tpm.certificate(aaguid=NUMBER)))


def test_the_usual_exponent_may_be_written_out(tpm: Tpm) -> None:
    """Zero stands for 65537, and so does 65537 (TPM 2.0 Library, part 2, section 12.2.3.5)."""
    party = _party(tpm, RS256)
    assert _hardware(_create(tpm, party, area=public_area(party.key.private, exponent=65537)))


@pytest.mark.parametrize("lacks", [FIXED_TPM, FIXED_PARENT, ORIGIN_INSIDE])
def test_a_certified_key_that_may_leave_is_no_hardware(tpm: Tpm, lacks: int) -> None:
    """A key that came from outside or may be copied is certified truly, and is not protected by this TPM."""
    party = _party(tpm)
    assert not _hardware(_create(tpm, party, area=public_area(party.key.private, attributes=INSIDE & ~lacks)))


def test_a_backup_eligible_key_is_no_hardware_though_a_tpm_certified_it(tpm: Tpm) -> None:
    """What the authenticator says of copies outweighs what the TPM says."""
    assert not _hardware(_create(tpm, _party(tpm), flags=UP | UV | BE | AT))


def test_without_policy_the_statement_is_verified_and_vouches_for_nothing(tpm: Tpm) -> None:
    """Nobody asked for it: it may be right, and it must not be wrong."""
    party = Party(rules=RULES, key=SoftKey(aaguid=NUMBER))
    assert not _hardware(_create(tpm, party))
    assert isinstance(_create(tpm, party, extra=bytes(32)), Refused)
    assert not _hardware(_create(tpm, party, algorithm=RS1))


_OTHER_EC = ec.generate_private_key(ec.SECP256R1())
_OTHER_RSA = rsa.generate_private_key(65537, 2048)
WRONG: dict[str, tuple[int, Callable[[Tpm, Party], dict[str, Any]], str]] = {
    "version is 1.2": (ES256, lambda _t, _p: {"statement": {"ver": "1.2"}}, "ver"),
    "no version": (ES256, lambda _t, _p: {"statement": {"ver": None}}, "ver"),
    "no certInfo": (ES256, lambda _t, _p: {"statement": {"certInfo": None}}, "certInfo"),
    "no pubArea": (ES256, lambda _t, _p: {"statement": {"pubArea": None}}, "pubArea"),
    "no signature": (ES256, lambda _t, _p: {"statement": {"sig": None}}, "sig"),
    "no certificate": (ES256, lambda _t, _p: {"statement": {"x5c": None}}, "x5c"),
    "certificates are an empty list": (ES256, lambda _t, _p: {"statement": {"x5c": []}}, "x5c"),
    "no algorithm": (ES256, lambda _t, _p: {"statement": {"alg": None}}, "alg"),
    "certInfo is cut off": (ES256, lambda _t, _p: {"statement": {"certInfo": b"\xff\x54\x43\x47"}}, ""),
    "certInfo is a text": (ES256, lambda _t, _p: {"statement": {"certInfo": "x" * 100}}, ""),
    "pubArea is empty bytes of the right kind": (ES256, lambda _t, _p: {"shown_area": b"\x00\x23\x00\x0b"}, ""),
    "key is another": (ES256, lambda _t, _p: {"area": public_area(_OTHER_EC)}, "not same"),
    "RSA key is another": (RS256, lambda _t, _p: {"area": public_area(_OTHER_RSA)}, "pubArea unique"),
    "key is RSA, the credential is not": (ES256, lambda _t, _p: {"area": public_area(_OTHER_RSA)}, "not RSA"),
    "key is of a curve, the credential is not": (RS256, lambda _t, _p: {"area": public_area(_OTHER_EC)}, "not ECC"),
    "curve is another": (ES256, lambda _t, p: {"area": public_area(p.key.private, curve=P384)}, "curve"),
    "exponent is another": (RS256, lambda _t, p: {"area": public_area(p.key.private, exponent=3)}, "exponent"),
    "not made by a TPM": (ES256, lambda _t, _p: {"info": {"magic": b"\xff\x54\x43\x48"}}, "magic"),
    "a quote and no certification": (ES256, lambda _t, _p: {"info": {"kind": QUOTE}}, "type"),
    "made for another challenge": (ES256, lambda _t, _p: {"extra": bytes(32)}, "extra data"),
    "made for nothing": (ES256, lambda _t, _p: {"extra": b""}, "extra data"),
    "certified name is another": (ES256, lambda _t, _p: {"info": {"name": b"\x00\x0b" + bytes(32)}}, "name"),
    "certified another's area": (
        ES256,
        lambda _t, p: {"area": public_area(_OTHER_EC), "shown_area": public_area(p.key.private)},
        "name",
    ),
    "attributes changed afterwards": (
        ES256,
        lambda _t, p: {"area": public_area(p.key.private, attributes=0), "shown_area": public_area(p.key.private)},
        "name",
    ),
    "signed by another TPM": (ES256, lambda _t, _p: {"signer": _OTHER_RSA}, "signature"),
    "signed with SHA-1": (ES256, lambda _t, _p: {"algorithm": RS1}, "SHA-1"),
    "certificate has a subject": (ES256, lambda t, _p: {"leaf": t.certificate(subject="Example")}, "subject"),
    "certificate names no hardware": (ES256, lambda t, _p: {"leaf": t.certificate(hardware={})}, "missing extension"),
    "certificate names no maker": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(hardware={MODEL: "Example", VERSION: "id:13"})},
        "alt name",
    ),
    "certificate names an unknown maker": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(hardware={MANUFACTURER: "id:00", MODEL: "Example", VERSION: "id:13"})},
        "manufacturer",
    ),
    "certificate is for web servers": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(usage="1.3.6.1.5.5.7.3.1")},
        "key usage",
    ),
    "certificate is for nothing": (ES256, lambda t, _p: {"leaf": t.certificate(usage=None)}, "missing extension"),
    "certificate is an authority's": (ES256, lambda t, _p: {"leaf": t.certificate(ca=True)}, "CA"),
    "certificate does not say that it is none": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(ca=None)},
        "missing extension",
    ),
    "certificate is for another model": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(aaguid=bytes(16))},
        "another model",
    ),
    "certificate has ended": (
        ES256,
        lambda t, _p: {"leaf": t.certificate(until=SINCE + dt.timedelta(days=1))},
        "vouches",
    ),
    "certificate of another authority": (ES256, lambda t, _p: _under_another_authority(t), "vouches"),
}


def _under_another_authority(tpm: Tpm) -> dict[str, Any]:
    return {"leaf": Tpm(private=tpm.private).certificate()}


@pytest.mark.parametrize(("algorithm", "wrong", "detail"), WRONG.values(), ids=WRONG)
def test_a_wrong_tpm_statement_is_refused(
    tpm: Tpm, algorithm: int, wrong: Callable[[Tpm, Party], dict[str, Any]], detail: str
) -> None:
    """One thing wrong, everything else right and signed anew (W3C Web Authentication, section 8.3)."""
    party = _party(tpm, algorithm)
    verdict = _create(tpm, party, **wrong(tpm, party))
    assert isinstance(verdict, Refused), verdict
    assert verdict.reason in {Reason.PASSKEY_WRONG, Reason.PASSKEY_NOT_ACCEPTED}
    assert detail.lower() in verdict.detail.lower()


@pytest.mark.parametrize("area", [None, b"", b"x", "text", 7, b"\x00\x23" * 3])
def test_an_area_that_cannot_be_read_vouches_for_nothing(area: object) -> None:
    """Whatever stands there instead: the key is not believed to stay."""
    assert not key_stays_inside(area)
