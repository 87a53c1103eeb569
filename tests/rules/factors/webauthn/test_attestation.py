"""Which authenticators may be set up under which policy, with our own authenticator and with an independent one."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fido2 import cbor
from soft_fido2 import CertUtils, Fido2Authenticator, KeyPair
from tests.ports import NOON, SeededEntropy
from tests.rules.factors.webauthn.conftest import ALICE, RULES, Party, text
from tests.rules.factors.webauthn.signed_metadata import Alliance, entry
from tests.rules.factors.webauthn.soft_key import AT, BE, UP, UV, Maker, SoftKey, b64

from twogate.outside.clock import SystemClock
from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Accepted
from twogate.rules.factors.webauthn import Attestation, PasskeyRules, WebAuthn, read_metadata
from twogate.rules.factors.webauthn.answer import decode
from twogate.rules.factors.webauthn.attestation import FORMATS, Statement, broken_since, judge
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

MODEL = bytes.fromhex("00112233445566778899aabbccddeeff")
NAME = "00112233-4455-6677-8899-aabbccddeeff"
OTHER = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker()


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return Alliance()


def _trusted(maker: Maker, **changes: object) -> PasskeyRules:
    return replace(RULES, attestation=Attestation.TRUSTED, roots=(maker.root,), **changes)


def _metadata(maker: Maker, alliance: Alliance, *status: str, **changes: object) -> PasskeyRules:
    metadata = read_metadata(alliance.blob(entry(MODEL, [maker], *status, **changes)), alliance.root)
    return replace(RULES, attestation=Attestation.TRUSTED, metadata=metadata)


def _party(rules: PasskeyRules) -> Party:
    return Party(rules=rules, key=SoftKey(aaguid=MODEL))


def _refused(verdict: Passed[object] | Refused) -> str:
    assert isinstance(verdict, Refused), verdict
    assert verdict.reason is Reason.PASSKEY_NOT_ACCEPTED
    return verdict.detail


def test_none_takes_any_and_trusts_none(maker: Maker) -> None:
    """A maker's statement that nobody asked for is verified and counts for nothing."""
    assert _party(RULES).registered(form="packed", maker=maker)["hardware"] is False


def test_allow_takes_what_is_on_the_list(maker: Maker) -> None:
    """By the authenticator's own word; it is not thereby trusted."""
    rules = replace(RULES, attestation=Attestation.ALLOW, allowed=frozenset({NAME}))
    assert _party(rules).registered()["hardware"] is False
    assert OTHER not in _refused(Party(rules=rules).create())
    assert NAME in _refused(_party(replace(rules, allowed=frozenset({OTHER}))).create(form="packed", maker=maker))


def test_trusted_takes_what_a_root_vouches_for(maker: Maker) -> None:
    """A chain to one of the operator's roots: hardware, and with a verified user AAL3."""
    party = _party(_trusted(maker))
    state = party.registered(form="packed", maker=maker)
    assert state["hardware"] is True
    nature = party.factor.nature(state)
    assert add_up([Proof("webauthn", CredentialId("crd_1"), nature, NOON)]).level is Level.AAL3


def test_trusted_refuses_all_others(maker: Maker) -> None:
    """No statement, one by the key itself, another maker, an unknown authority in between."""
    party, other = _party(_trusted(maker)), Maker()
    batch, lower = other.between()
    assert "vouches" in _refused(party.create())
    assert "vouches" in _refused(party.create(form="packed"))
    assert "vouches" in _refused(party.create(form="packed", maker=other))
    assert "vouches" in _refused(party.create(form="packed", maker=lower, chain=[lower.leaf(MODEL), batch]))


def test_trusted_with_a_list_needs_both(maker: Maker) -> None:
    """The list narrows what roots vouch for."""
    assert _party(_trusted(maker, allowed=frozenset({NAME}))).registered(form="packed", maker=maker)["hardware"]
    party = _party(_trusted(maker, allowed=frozenset({OTHER})))
    assert "not on the list" in _refused(party.create(form="packed", maker=maker))


def test_a_backup_eligible_passkey_is_no_hardware_whoever_vouches(maker: Maker) -> None:
    """What may be copied is not protected by one device."""
    party = _party(_trusted(maker))
    state = party.registered(form="packed", maker=maker, flags=UP | UV | BE | AT)
    assert state["hardware"] is False
    assert not party.factor.nature(state).hardware_protected


def test_certificates_must_be_those_of_authenticators(maker: Maker) -> None:
    """Section 8.2.1 is held under every policy: unit, authority, model."""
    for rules in (RULES, _trusted(maker)):
        party = _party(rules)
        for leaf, fault in (
            (maker.leaf(MODEL, unit="Web Server"), "subject"),
            (maker.leaf(MODEL, ca=True), "authority"),
            (maker.leaf(bytes(16)), "another model"),
            (maker.leaf(MODEL, critical=True), "another model"),
        ):
            assert fault in _refused(party.create(form="packed", maker=maker, chain=[leaf]))


def test_the_certificate_must_have_made_the_signature(maker: Maker) -> None:
    """Another's certificate beside one's own signature is refused."""
    thief = Maker()
    verdict = _party(_trusted(maker)).create(form="packed", maker=thief, chain=[maker.leaf(MODEL)])
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG


def test_metadata_gives_roots_and_name(maker: Maker, alliance: Alliance) -> None:
    """The entry of the make is enough, and its name and picture are the authenticator's."""
    icon = "data:image/png;base64,iVBORw0KGgo="
    party = _party(_metadata(maker, alliance, icon=icon))
    accepted = party.create(form="packed", maker=maker)
    assert isinstance(accepted, Passed)
    assert isinstance(accepted.value, Accepted)
    assert accepted.value.label == "Example Key 1"
    assert accepted.value.nature.hardware_protected
    assert party.factor.icon(accepted.value.state) == icon
    assert _party(RULES).factor.icon(accepted.value.state) == ""


def test_metadata_of_one_make_does_not_vouch_for_another(maker: Maker, alliance: Alliance) -> None:
    """A root counts for the makes whose entries have it, not for whatever it signed."""
    party = Party(rules=_metadata(maker, alliance), key=SoftKey(aaguid=bytes(15) + b"\x01"))
    assert "vouches" in _refused(party.create(form="packed", maker=maker))


@pytest.mark.parametrize("status", ["REVOKED", "USER_KEY_REMOTE_COMPROMISE", "ATTESTATION_KEY_COMPROMISE"])
def test_a_broken_make_is_refused(maker: Maker, alliance: Alliance, status: str) -> None:
    """At set-up, even where one of the operator's roots vouches for it; and later, when it is used."""
    rules = replace(_metadata(maker, alliance, status), roots=(maker.root,))
    assert status in _refused(_party(rules).create(form="packed", maker=maker))
    before = _party(_trusted(maker))
    state = before.registered(form="packed", maker=maker)
    after = replace(before, rules=rules)
    assert status in _refused(after.get(state))
    assert broken_since(NAME, rules) == status
    assert broken_since(NAME, replace(rules, attestation=Attestation.NONE)) == ""


def test_a_leaked_certificate_vouches_for_nobody(maker: Maker, alliance: Alliance) -> None:
    """Only the batch whose key is known to others is refused."""
    leaf, good = maker.leaf(MODEL), maker.leaf(MODEL)
    der = base64.b64encode(leaf.public_bytes(Encoding.DER)).decode()
    report = {"status": "ATTESTATION_KEY_COMPROMISE", "certificate": der}
    metadata = read_metadata(alliance.blob(entry(MODEL, [maker], report)), alliance.root)
    party = _party(replace(RULES, attestation=Attestation.TRUSTED, metadata=metadata))
    assert "known to others" in _refused(party.create(form="packed", maker=maker, chain=[leaf]))
    assert party.registered(form="packed", maker=maker, chain=[good])["hardware"]


def test_software_with_a_makers_word_is_no_hardware(maker: Maker, alliance: Alliance) -> None:
    """Trusted, but no more than phishing-resistant."""
    party = _party(_metadata(maker, alliance, keyProtection=["software"]))
    state = party.registered(form="packed", maker=maker)
    assert state["hardware"] is False


def test_a_certificate_that_cannot_be_read_is_refused() -> None:
    """Whatever stands there instead."""
    for chain in ((b"x",), (7,), ("x",)):
        assert "cannot be read" in _refused(judge(Statement("packed", NAME, MODEL, chain), RULES, NOON))  # type: ignore[arg-type]


def _tidy(answer: dict[str, Any]) -> Secret:
    """Write base64url as browsers do, without padding."""
    response = {name: value.rstrip("=") for name, value in answer["response"].items()}
    return text({**answer, "response": response})


@pytest.fixture(scope="module")
def peer() -> tuple[KeyPair, x509.Certificate]:
    """Another implementation's authority."""
    keys = KeyPair.generate_ecdsa()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Peer Root")])
    return keys, CertUtils.gen_ca_cert(subject=subject, keyPair=keys)


@pytest.mark.parametrize("form", ["none", "packed-self", "packed", "android-key", "apple"])
def test_an_independent_authenticator_is_understood(form: str, peer: tuple[KeyPair, x509.Certificate]) -> None:
    """Another implementation's answers in each format are taken, and so are its assertions."""
    keys, root = peer
    key = Fido2Authenticator(aaguid=list(MODEL), caKeyPair=keys, caCert=root)
    trusts = form in {"packed", "android-key", "apple"}
    policy = Attestation.TRUSTED if trusts else Attestation.NONE
    factor = WebAuthn(replace(RULES, attestation=policy, roots=(root,)))
    now, entropy = SystemClock().now(), SeededEntropy()
    begun = factor.offer(ALICE, entropy)
    made = key.credential_create(dict(begun.show.public["publicKey"]), atteStmtFmt=form)
    accepted = factor.accept(begun.remember, _tidy(made), now)
    assert isinstance(accepted, Passed), accepted
    assert isinstance(accepted.value, Accepted)
    state = accepted.value.state
    assert state["hardware"] is trusts
    asked = factor.challenge([state], entropy, now)
    assert asked is not None
    answer = _tidy(key.credential_request(dict(asked.show["publicKey"])))
    assert isinstance(factor.check(state, answer, now, asked=asked.remember), Passed)


@pytest.mark.parametrize("form", ["packed", "android-key", "apple"])
def test_an_independent_authority_that_is_not_trusted_is_refused(
    form: str, peer: tuple[KeyPair, x509.Certificate], maker: Maker
) -> None:
    """The same answers under another root."""
    keys, root = peer
    key = Fido2Authenticator(aaguid=list(MODEL), caKeyPair=keys, caCert=root)
    factor = WebAuthn(_trusted(maker))
    begun = factor.offer(ALICE, SeededEntropy())
    made = key.credential_create(dict(begun.show.public["publicKey"]), atteStmtFmt=form)
    assert isinstance(factor.accept(begun.remember, _tidy(made), SystemClock().now()), Refused)


@pytest.mark.parametrize("form", ["packed", "android-key", "apple"])
def test_a_statement_made_for_another_challenge_is_refused(form: str, peer: tuple[KeyPair, x509.Certificate]) -> None:
    """The same authenticator, a trusted authority, the statement of the ceremony before."""
    keys, root = peer
    key = Fido2Authenticator(aaguid=list(MODEL), caKeyPair=keys, caCert=root)
    factor = WebAuthn(replace(RULES, attestation=Attestation.TRUSTED, roots=(root,)))
    entropy, now = SeededEntropy(), SystemClock().now()
    before = key.credential_create(dict(factor.offer(ALICE, entropy).show.public["publicKey"]), atteStmtFmt=form)
    begun = factor.offer(ALICE, entropy)
    made = key.credential_create(dict(begun.show.public["publicKey"]), atteStmtFmt=form)
    old, new = (cbor.decode(decode(one["response"]["attestationObject"].rstrip("="))) for one in (before, made))
    mixed = {**made["response"], "attestationObject": b64(cbor.encode({**new, "attStmt": old["attStmt"]}))}
    assert isinstance(factor.accept(begun.remember, _tidy(made), now), Passed)
    verdict = factor.accept(begun.remember, _tidy({**made, "response": mixed}), now)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG


def test_every_format_that_is_taken_is_tested() -> None:
    """None and packed here and in the registration's tests, TPM in its own, Android's and Apple's above."""
    assert {"none", "packed", "tpm", "android-key", "apple"} == FORMATS
