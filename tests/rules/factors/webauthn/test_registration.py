"""Each step of W3C Web Authentication section 7.1: what is wrong is refused, and nothing is stored of it."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.ports import NOON
from tests.rules.factors.webauthn.conftest import ALICE, Party, text
from tests.rules.factors.webauthn.soft_key import (
    AT,
    BE,
    BS,
    ED,
    EDDSA,
    ES256,
    RS256,
    UP,
    UV,
    SoftKey,
    b64,
    cose,
    new_private,
)

from twogate.rules.factors.contract import Accepted, Begin
from twogate.rules.factors.webauthn import Verification
from twogate.rules.factors.webauthn.answer import decode
from twogate.rules.factors.webauthn.registration import register
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

MALFORMED, WRONG, NOT_ACCEPTED = Reason.PASSKEY_MALFORMED, Reason.PASSKEY_WRONG, Reason.PASSKEY_NOT_ACCEPTED
_P256 = cose(new_private(ES256), ES256)
_ED = cose(new_private(EDDSA), EDDSA)
_RSA = cose(new_private(RS256), RS256)
_P384 = cose(ec.generate_private_key(ec.SECP384R1()), -35)
_OTHER = b64(b"another-credential")


def _without(key: dict[int, Any], name: int) -> dict[int, Any]:
    return {at: value for at, value in key.items() if at != name}


WRONG_ANSWERS: dict[str, tuple[dict[str, Any], Reason, str]] = {
    # ---- the answer and its ids
    "id differs from rawId": ({"outer": {"rawId": _OTHER}}, MALFORMED, "not one credential id"),
    "id missing": ({"outer": {"id": None}}, MALFORMED, "not one credential id"),
    "id empty": ({"outer": {"id": "", "rawId": ""}}, MALFORMED, "not one credential id"),
    "id is a number": ({"outer": {"id": 7, "rawId": 7}}, MALFORMED, "not one credential id"),
    "id is not base64url": ({"outer": {"id": "a+b/", "rawId": "a+b/"}}, MALFORMED, "not one credential id"),
    "id is padded": ({"outer": {"id": "YQ==", "rawId": "YQ=="}}, MALFORMED, "not one credential id"),
    "id has loose bits": ({"outer": {"id": "YR", "rawId": "YR"}}, MALFORMED, "not one credential id"),
    "type missing": ({"outer": {"type": None}}, MALFORMED, "not a public key"),
    "type is another": ({"outer": {"type": "password"}}, MALFORMED, "not a public key"),
    "response missing": ({"outer": {"response": None}}, MALFORMED, "no response"),
    "response is a list": ({"outer": {"response": []}}, MALFORMED, "no response"),
    "attachment is unknown": ({"outer": {"authenticatorAttachment": "implanted"}}, WRONG, "authenticatorAttachment"),
    # ---- client data: steps 5 to 11
    "client data missing": ({"response": {"clientDataJSON": None}}, MALFORMED, "client data are not"),
    "client data are not base64url": ({"response": {"clientDataJSON": "%%"}}, MALFORMED, "client data are not"),
    "client data are not UTF-8": ({"client_bytes": b"\xff\xfe{"}, MALFORMED, "client data are not"),
    "client data are UTF-16": ({"client_bytes": "{}".encode("utf-16")}, MALFORMED, "client data are not"),
    "client data are a list": ({"client_bytes": b"[]"}, MALFORMED, "client data are not"),
    "client data name something twice": (
        {"client_bytes": b'{"type":"webauthn.create","type":"webauthn.create"}'},
        MALFORMED,
        "client data are not",
    ),
    "client data are nested without end": ({"client_bytes": b"[" * 30_000}, MALFORMED, "client data are not"),
    "ceremony is the other": ({"client": {"type": "webauthn.get"}}, WRONG, "another ceremony"),
    "ceremony is a payment": ({"client": {"type": "payment.get"}}, WRONG, "another ceremony"),
    "ceremony missing": ({"client": {"type": None}}, MALFORMED, "lack type"),
    "ceremony is a number": ({"client": {"type": 1}}, MALFORMED, "lack type"),
    "challenge is another": ({"client": {"challenge": b64(bytes(32))}}, WRONG, "challenge"),
    "challenge is empty": ({"client": {"challenge": ""}}, WRONG, "challenge"),
    "challenge missing": ({"client": {"challenge": None}}, MALFORMED, "lack type"),
    "challenge is not ASCII": ({"client": {"challenge": "ä" * 43}}, WRONG, "challenge"),
    "origin missing": ({"client": {"origin": None}}, MALFORMED, "lack type"),
    "origin is another host": ({"client": {"origin": "https://api.example.org"}}, WRONG, "origin"),
    "origin is a subdomain": ({"client": {"origin": "https://x.api.example.com"}}, WRONG, "origin"),
    "origin is the parent domain": ({"client": {"origin": "https://example.com"}}, WRONG, "origin"),
    "origin has another port": ({"client": {"origin": "https://api.example.com:8443"}}, WRONG, "origin"),
    "origin has another scheme": ({"client": {"origin": "http://api.example.com"}}, WRONG, "origin"),
    "origin has a slash": ({"client": {"origin": "https://api.example.com/"}}, WRONG, "origin"),
    "origin begins alike": ({"client": {"origin": "https://api.example.com.evil.example"}}, WRONG, "origin"),
    "origin is an app": ({"client": {"origin": "android:apk-key-hash:x"}}, WRONG, "origin"),
    "origin is a list": ({"client": {"origin": ["https://api.example.com"]}}, MALFORMED, "lack type"),
    "in a frame": ({"client": {"crossOrigin": True}}, WRONG, "frame"),
    "in a frame, by its top": ({"client": {"topOrigin": "https://evil.example"}}, WRONG, "frame"),
    "frame is a text": ({"client": {"crossOrigin": "false"}}, MALFORMED, "crossOrigin"),
    "top is a number": ({"client": {"topOrigin": 1}}, MALFORMED, "topOrigin"),
    # ---- the attestation object and the authenticator data: steps 12 to 19
    "attestation object missing": ({"response": {"attestationObject": None}}, MALFORMED, "cannot be read"),
    "attestation object is no CBOR": ({"response": {"attestationObject": b64(b"\x5f\x41x\xff")}}, MALFORMED, "read"),
    "attestation object is a number": ({"response": {"attestationObject": b64(b"\x01")}}, MALFORMED, "other parts"),
    "bytes behind the end": ({"tail": b"\x00"}, MALFORMED, "other parts"),
    "a part missing": ({"parts": {"attStmt": None}}, MALFORMED, "other parts"),
    "a part too many": ({"parts": {"epAtt": True}}, MALFORMED, "other parts"),
    "authenticator data are short": ({"parts": {"authData": b"\x00" * 36}}, MALFORMED, "authenticator data cannot"),
    "authenticator data are a text": ({"parts": {"authData": "x" * 200}}, MALFORMED, "authenticator data cannot"),
    "authenticator data go on": ({"data_tail": b"\x00\x00"}, MALFORMED, "authenticator data cannot"),
    "extensions announced, none there": ({"flags": UP | UV | AT | ED}, MALFORMED, "authenticator data cannot"),
    "no credential in the data": ({"flags": UP | UV}, MALFORMED, "hold no credential"),
    "relying party is another": ({"rp_id": "example.com"}, WRONG, "RP ID"),
    "nobody was present": ({"flags": UV | AT}, WRONG, "presence"),
    "backed up but not eligible": ({"flags": UP | UV | BS | AT}, WRONG, "backed up"),
    "another credential inside": ({"inner_id": b"another-credential"}, WRONG, "another"),
    "no credential id inside": ({"inner_id": b""}, WRONG, "another"),
    "length of the id is too much": ({"id_length": 900}, MALFORMED, "authenticator data cannot"),
    # ---- the key: step 20 and section 5.8.5
    "key is no CBOR": ({"key_bytes": b"\xff"}, MALFORMED, "authenticator data cannot"),
    "key is a number": ({"key_bytes": b"\x01"}, NOT_ACCEPTED, "no COSE key"),
    "key is empty": ({"key": {}}, NOT_ACCEPTED, "not offered"),
    "key is a U2F point": ({"key_bytes": b"\x04"}, NOT_ACCEPTED, "no COSE key"),
    "algorithm missing": ({"key": _without(_P256, 3)}, NOT_ACCEPTED, "not offered"),
    "algorithm was not offered": ({"key": _P384}, NOT_ACCEPTED, "not offered"),
    "algorithm is symmetric": ({"key": {1: 4, 3: 5, -1: bytes(32)}}, NOT_ACCEPTED, "not offered"),
    "algorithm is SHA-1": ({"key": {**_RSA, 3: -65535}}, NOT_ACCEPTED, "not offered"),
    "algorithm is a text": ({"key": {**_P256, 3: "ES256"}}, NOT_ACCEPTED, "not offered"),
    "curve is another": ({"key": {**_P384, 3: ES256}}, NOT_ACCEPTED, "does not fit"),
    "curve is named by a truth value": ({"key": {**_P256, -1: True}}, NOT_ACCEPTED, "does not fit"),
    "kind is another": ({"key": {**_P256, 1: 1}}, NOT_ACCEPTED, "does not fit"),
    "point is compressed": ({"key": {**_P256, -3: True}}, NOT_ACCEPTED, "does not fit"),
    "point is short": ({"key": {**_P256, -2: bytes(31)}}, NOT_ACCEPTED, "does not fit"),
    "something beside the key": ({"key": {**_P256, 4: [1]}}, NOT_ACCEPTED, "does not fit"),
    "Ed25519 under X25519's name": ({"key": {**_ED, -1: 4}}, NOT_ACCEPTED, "does not fit"),
    "RSA of 1024 bits": ({"key": {**_RSA, -1: b"\xc0" + bytes(127)}}, NOT_ACCEPTED, "does not fit"),
    "RSA with exponent 1": ({"key": {**_RSA, -2: b"\x01"}}, NOT_ACCEPTED, "does not fit"),
    # ---- the statement: steps 21 and 22, section 8
    "format is unknown": ({"form": "example"}, NOT_ACCEPTED, "format"),
    "format is U2F": ({"form": "fido-u2f"}, NOT_ACCEPTED, "format"),
    "format is SafetyNet": ({"form": "android-safetynet"}, NOT_ACCEPTED, "format"),
    "format is a number": ({"parts": {"fmt": 1}}, NOT_ACCEPTED, "format"),
    "format is a list": ({"parts": {"fmt": ["none"]}}, NOT_ACCEPTED, "format"),
    "statement is a list": ({"parts": {"attStmt": []}}, MALFORMED, "statement"),
    "none with a statement": ({"statement": {"sig": b"x"}}, MALFORMED, "statement"),
    "none with a statement nobody knows": ({"statement": {"x": 1}}, MALFORMED, "statement"),
    "packed without signature": ({"form": "packed", "statement": {"sig": None}}, WRONG, "signature"),
    "packed with a bad signature": ({"form": "packed", "statement": {"sig": b"\x30\x00"}}, WRONG, "signature"),
    "packed without algorithm": ({"form": "packed", "statement": {"alg": None}}, WRONG, "algorithm"),
    "packed with another algorithm": ({"form": "packed", "statement": {"alg": EDDSA}}, WRONG, "alg"),
    "packed with a broken certificate": ({"form": "packed", "statement": {"x5c": [b"x"]}}, WRONG, ""),
    "tpm without anything": ({"form": "tpm"}, WRONG, "TPM"),
    "apple without anything": ({"form": "apple"}, WRONG, "Apple"),
    "android without anything": ({"form": "android-key"}, WRONG, "Android"),
}


@pytest.mark.parametrize(("wrong", "reason", "detail"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_a_wrong_answer_is_refused(party: Party, wrong: dict[str, Any], reason: Reason, detail: str) -> None:
    """One thing wrong, everything else right and signed anew: refused, with the reason in the operator's words."""
    verdict = party.create(**wrong)
    assert isinstance(verdict, Refused), verdict
    assert verdict.reason is reason, verdict
    assert detail.lower() in verdict.detail.lower()


def test_there_are_sixty_wrong_answers() -> None:
    """The list above does not shrink."""
    assert len(WRONG_ANSWERS) >= 60


def test_case_37_a_registration_challenge_serves_once(party: Party) -> None:
    """An answer to one offer is refused by the next, even of the same account."""
    answer = text(party.key.create(party.offer().show.public))
    verdict = party.factor.accept(party.offer().remember, answer, NOON)
    assert isinstance(verdict, Refused)
    assert verdict.detail == "the challenge is another"


def test_case_36_user_verification_is_required_by_the_server() -> None:
    """A browser that skipped the PIN is refused where the operator wants it."""
    party = Party()
    strict = replace(party, rules=replace(party.rules, verification=Verification.REQUIRED))
    verdict = strict.create(flags=UP | AT)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_UNVERIFIED
    assert isinstance(strict.create(), Passed)


def test_a_credential_is_set_up_once() -> None:
    """What excludeCredentials asks of the browser is held on the server, too."""
    key = SoftKey()
    state = Party(key=key).registered()
    verdict = Party(key=key, account=replace(ALICE, existing=(state,))).create()
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.ALREADY_ENROLLED


def test_a_credential_id_of_1023_bytes_is_the_longest() -> None:
    """Section 7.1, step 25: 1023 bytes are taken, one more is not."""
    assert isinstance(Party(key=SoftKey(credential_id=bytes(range(256)) * 3 + bytes(255))).create(), Passed)
    verdict = Party(key=SoftKey(credential_id=bytes(range(256)) * 4)).create()
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_MALFORMED


@pytest.mark.parametrize("given", ["", "null", "true", "[]", "{}", '"x"', "7", "{" * 20_000, "x" * 60_000])
def test_case_10_empty_and_odd_bodies_do_not_pass(party: Party, given: str) -> None:
    """Nothing, null, true, a list, a text, a number, depth without end, too much: refused as unreadable."""
    verdict = party.factor.accept(party.offer().remember, Secret(given), NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_MALFORMED


def test_extensions_that_nobody_asked_for_change_nothing(party: Party) -> None:
    """Extension outputs are read over (section 7.1, step 20)."""
    assert isinstance(party.create(flags=UP | UV | AT | ED, data_tail=b"\xa1\x61x\xf5"), Passed)


def test_self_attestation_is_verified(party: Party) -> None:
    """A packed statement made by the key itself passes and vouches for nothing."""
    assert party.registered(form="packed")["hardware"] is False


def test_what_is_stored_is_what_was_signed(party: Party) -> None:
    """Backup flags, verification and key come out of the signed data."""
    state = party.registered(flags=UP | BE | AT)
    assert (state["backup_eligible"], state["backed_up"], state["verified"]) == (True, False, False)
    assert b64(decode(state["key"]) or b"") == state["key"]


def test_register_says_what_the_factor_accepts(party: Party) -> None:
    """The factor's ``accept`` stores what ``register`` returns, unchanged."""
    begun = party.offer()
    answer = text(party.key.create(begun.show.public))
    made = register(begun.remember, answer, party.rules, now=NOON)
    accepted = party.factor.accept(begun.remember, answer, NOON)
    assert isinstance(made, Passed)
    assert isinstance(accepted, Passed)
    assert isinstance(accepted.value, Accepted)
    assert not isinstance(accepted.value, Begin)
    assert accepted.value.state == made.value
