"""Each step of W3C Web Authentication section 7.2: what is wrong is refused, and no state comes of it."""

from dataclasses import replace
from typing import Any

import pytest
from tests.ports import NOON
from tests.rules.factors.webauthn.conftest import ALICE, Party, text
from tests.rules.factors.webauthn.soft_key import AT, BE, BS, ED, ES256, UP, UV, SoftKey, b64, new_private

from twogate.rules.factors.contract import Checked
from twogate.rules.factors.webauthn import Verification
from twogate.rules.factors.webauthn.assertion import user_verified, verify
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

MALFORMED, WRONG = Reason.PASSKEY_MALFORMED, Reason.PASSKEY_WRONG
_OTHER = b64(b"another-credential")

WRONG_ANSWERS: dict[str, tuple[dict[str, Any], Reason, str]] = {
    "id differs from rawId": ({"outer": {"id": _OTHER}}, MALFORMED, "not one credential id"),
    "rawId differs from id": ({"outer": {"rawId": _OTHER}}, MALFORMED, "not one credential id"),
    "rawId missing": ({"outer": {"rawId": None}}, MALFORMED, "not one credential id"),
    "id and rawId of another": ({"outer": {"id": _OTHER, "rawId": _OTHER}}, WRONG, "credential is another"),
    "type is another": ({"outer": {"type": "public_key"}}, MALFORMED, "not a public key"),
    "type is a list": ({"outer": {"type": ["public-key"]}}, MALFORMED, "not a public key"),
    "response missing": ({"outer": {"response": None}}, MALFORMED, "no response"),
    "attachment is unknown": ({"outer": {"authenticatorAttachment": "x"}}, WRONG, "authenticatorAttachment"),
    "client data missing": ({"response": {"clientDataJSON": None}}, MALFORMED, "client data are not"),
    "client data are of the past": ({"response": {"clientDataJSON": b64(b"{}")}}, MALFORMED, "lack type"),
    "ceremony is the other": ({"client": {"type": "webauthn.create"}}, WRONG, "another ceremony"),
    "ceremony in capitals": ({"client": {"type": "WEBAUTHN.GET"}}, WRONG, "another ceremony"),
    "challenge is another": ({"client": {"challenge": b64(bytes(32))}}, WRONG, "challenge"),
    "challenge is shortened": ({"client": {"challenge": "AAAA"}}, WRONG, "challenge"),
    "origin is another host": ({"client": {"origin": "https://evil.example"}}, WRONG, "origin"),
    "origin has another port": ({"client": {"origin": "https://api.example.com:444"}}, WRONG, "origin"),
    "origin has another scheme": ({"client": {"origin": "http://api.example.com"}}, WRONG, "origin"),
    "origin in capitals": ({"client": {"origin": "https://API.example.com"}}, WRONG, "origin"),
    "origin is null": ({"client": {"origin": "null"}}, WRONG, "origin"),
    "in a frame": ({"client": {"crossOrigin": True}}, WRONG, "frame"),
    "in a frame, by its top": ({"client": {"topOrigin": "https://evil.example"}}, WRONG, "frame"),
    "authenticator data missing": ({"response": {"authenticatorData": None}}, MALFORMED, "cannot be read"),
    "authenticator data are short": ({"response": {"authenticatorData": b64(bytes(36))}}, MALFORMED, "cannot be read"),
    "authenticator data go on": ({"data_tail": b"\x00"}, MALFORMED, "cannot be read"),
    "authenticator data are others": ({"response": {"authenticatorData": b64(bytes(37))}}, WRONG, "RP ID"),
    "extensions announced, none there": ({"flags": UP | UV | ED}, MALFORMED, "cannot be read"),
    "a credential in the data": (
        {"flags": UP | UV | AT, "data_tail": bytes(16) + b"\x00\x01x\xa0"},
        MALFORMED,
        "makes no credential",
    ),
    "relying party is another": ({"rp_id": "example.com"}, WRONG, "RP ID"),
    "relying party in capitals": ({"rp_id": "API.example.com"}, WRONG, "RP ID"),
    "nobody was present": ({"flags": UV}, WRONG, "present"),
    "eligible for backup now": ({"flags": UP | UV | BE}, WRONG, "has changed"),
    "backed up but not eligible": ({"flags": UP | UV | BS}, WRONG, "backed up"),
    "signature missing": ({"response": {"signature": None}}, WRONG, "signature"),
    "signature is empty": ({"response": {"signature": ""}}, WRONG, "signature"),
    "signature is no DER": ({"response": {"signature": b64(b"\x00" * 64)}}, WRONG, "signature"),
    "signature is all zero": ({"response": {"signature": b64(bytes.fromhex("3006020100020100"))}}, WRONG, "signature"),
    "signature by another key": ({"signer": new_private(ES256)}, WRONG, "signature"),
    "signature is a number": ({"response": {"signature": 1}}, WRONG, "signature"),
    "another account's handle": ({"response": {"userHandle": b64(b"usr_bbbbbbbbbbbbbbbb")}}, WRONG, "another account"),
    "a handle that is no base64url": ({"response": {"userHandle": "%"}}, WRONG, "another account"),
    "a handle that is a number": ({"response": {"userHandle": 7}}, WRONG, "userHandle"),
}


@pytest.mark.parametrize(("wrong", "reason", "detail"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_case_34_a_mutated_answer_is_refused(party: Party, wrong: dict[str, Any], reason: Reason, detail: str) -> None:
    """One field changed: refused, and there is no next state, so nothing is written."""
    verdict = party.get(party.registered(), **wrong)
    assert isinstance(verdict, Refused), verdict
    assert verdict.reason is reason, verdict
    assert detail.lower() in verdict.detail.lower()


def test_case_34_thirty_fields_and_more() -> None:
    """The list above does not shrink."""
    assert len(WRONG_ANSWERS) >= 30


def test_case_35_a_credential_opens_its_own_account_only(party: Party) -> None:
    """A good answer of one person's key is refused by another person's credential, and the other way round."""
    mine, bob = party.registered(), Party(key=SoftKey(credential_id=b"bobs"), account=replace(ALICE, handle="usr_b"))
    theirs = bob.registered()
    asked = party.challenge()
    for state, key in ((mine, bob.key), (theirs, party.key)):
        verdict = party.factor.check(state, text(key.get(asked.show)), NOON, asked=asked.remember)
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.PASSKEY_WRONG


def test_case_35_a_forged_owner_is_refused(party: Party) -> None:
    """One's own key with another person's user handle or credential id does not pass either."""
    state = party.registered()
    theirs = {**state, "handle": b64(b"usr_b"), "id": b64(b"bobs")}
    asked = party.challenge()
    outer, response = {"id": b64(b"bobs"), "rawId": b64(b"bobs")}, {"userHandle": b64(b"usr_b")}
    forged = text(party.key.get(asked.show, outer=outer, response=response))
    assert isinstance(party.factor.check(state, forged, NOON, asked=asked.remember), Refused)
    signed_by_theirs = {**theirs, "key": Party(key=SoftKey()).registered()["key"]}
    assert isinstance(party.factor.check(signed_by_theirs, forged, NOON, asked=asked.remember), Refused)


def test_a_credential_that_was_not_asked_for_is_refused(party: Party) -> None:
    """Section 7.2, step 5: where credentials were named, it must be one of them."""
    state = party.registered()
    asked = party.challenge({**state, "id": _OTHER})
    verdict = party.factor.check(state, text(party.key.get(asked.show)), NOON, asked=asked.remember)
    assert isinstance(verdict, Refused)
    assert verdict.detail == "the credential was not asked for"


def test_without_a_question_there_is_no_answer(party: Party) -> None:
    """A proof that nothing was asked for is refused."""
    state = party.registered()
    answer = text(party.key.get(party.challenge(state).show))
    assert party.factor.check(state, answer, NOON) == Refused(Reason.PASSKEY_WRONG, "nothing was asked")


def test_an_answer_to_an_earlier_question_is_refused(party: Party) -> None:
    """An answer fits its own challenge only: kept and sent again it is worth nothing."""
    state = party.registered()
    earlier, now = party.challenge(state), party.challenge(state)
    verdict = party.factor.check(state, text(party.key.get(earlier.show)), NOON, asked=now.remember)
    assert isinstance(verdict, Refused)
    assert verdict.detail == "the challenge is another"


def test_a_challenge_lives_five_minutes(party: Party) -> None:
    """At 300 seconds an answer is still good, a little later it is not."""
    state = party.registered()
    asked = party.challenge(state)
    answer = text(party.key.get(asked.show))
    assert isinstance(party.factor.check(state, answer, NOON.plus(300), asked=asked.remember), Passed)
    late = party.factor.check(state, answer, NOON.plus(300.1), asked=asked.remember)
    assert late == Refused(Reason.PASSKEY_EXPIRED)


def test_user_verification_that_is_required_must_be_there(party: Party) -> None:
    """The operator's wish is held by the server."""
    strict = replace(party, rules=replace(party.rules, verification=Verification.REQUIRED))
    assert strict.get(strict.registered(), flags=UP) == Refused(Reason.PASSKEY_UNVERIFIED)


def test_alone_a_passkey_must_verify_its_user(party: Party) -> None:
    """Before anybody is known user verification is required, whatever the operator wishes."""
    relaxed = replace(party, rules=replace(party.rules, verification=Verification.DISCOURAGED))
    state, asked = relaxed.registered(), relaxed.challenge()
    held = text(relaxed.key.get(asked.show, flags=UP))
    assert relaxed.factor.check(state, held, NOON, asked=asked.remember) == Refused(Reason.PASSKEY_UNVERIFIED)
    opened = text(relaxed.key.get(asked.show))
    assert isinstance(relaxed.factor.check(state, opened, NOON, asked=asked.remember), Passed)


@pytest.mark.parametrize("handle", [{"userHandle": None}, {"userHandle": ""}])
def test_alone_an_answer_must_say_whose_it_is(party: Party, handle: dict[str, Any]) -> None:
    """Section 7.2, step 6: without a name the user handle must be there; with one it may be missing."""
    state, asked = party.registered(), party.challenge()
    verdict = party.factor.check(state, text(party.key.get(asked.show, response=handle)), NOON, asked=asked.remember)
    assert isinstance(verdict, Refused)
    assert "whose" in verdict.detail
    assert isinstance(party.get(state, response=handle), Passed)


def test_backup_eligibility_may_not_go_either(party: Party) -> None:
    """A passkey that could be copied cannot become one that cannot."""
    state = party.registered(flags=UP | UV | BE | AT)
    assert isinstance(party.get(state, flags=UP | UV | BE), Passed)
    verdict = party.get(state, flags=UP | UV)
    assert isinstance(verdict, Refused)
    assert "has changed" in verdict.detail


@pytest.mark.parametrize(
    ("before", "after", "good"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False), (2**32 - 1, 0, False)],
)
def test_a_counter_that_does_not_grow_means_a_copy(party: Party, before: int, after: int, good: bool) -> None:  # noqa: FBT001  # a table's column
    """Section 6.1.1: both zero is an authenticator that does not count; otherwise it must grow."""
    party.key.count = before
    state = party.registered()
    verdict = party.get(state, count=after)
    assert isinstance(verdict, Passed) is good
    if isinstance(verdict, Refused):
        assert verdict.reason is Reason.AUTHENTICATOR_CLONED


def test_a_low_counter_without_a_good_signature_is_not_a_copy(party: Party) -> None:
    """Only the key's holder can have it switched off: the signature is checked before the counter."""
    party.key.count = 9
    state = party.registered()
    verdict = party.get(state, count=1, signer=new_private(ES256))
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG


def test_a_low_counter_for_another_account_is_not_a_copy(party: Party) -> None:
    """The owner is checked before the counter, too."""
    party.key.count = 9
    verdict = party.get(party.registered(), count=1, response={"userHandle": b64(b"usr_b")})
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG


@pytest.mark.parametrize("given", ["", "null", "true", "[]", "{}", "123456", "[" * 30_000, "{" * 20_000])
def test_case_10_empty_and_odd_bodies_do_not_pass(party: Party, given: str) -> None:
    """Nothing, null, true, lists, a code, depth without end: refused as unreadable."""
    state = party.registered()
    verdict = party.factor.check(state, Secret(given), NOON, asked=party.challenge(state).remember)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_MALFORMED


def test_flipping_any_byte_of_the_signed_data_is_noticed(party: Party) -> None:
    """Each byte of the authenticator data is covered by the signature or by a check of its own."""
    state = party.registered()
    asked = party.challenge(state)
    good = party.key.get(asked.show)
    data = party.key._data("api.example.com", UP | UV)
    for at in range(len(data)):
        other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        response = {**good["response"], "authenticatorData": b64(other)}
        verdict = party.factor.check(state, text({**good, "response": response}), NOON, asked=asked.remember)
        assert isinstance(verdict, Refused), at


def test_verify_returns_the_state_and_nothing_else(party: Party) -> None:
    """``verify`` gives the next state that the factor's ``check`` hands on."""
    state = party.registered()
    asked = party.challenge(state)
    answer = text(party.key.get(asked.show))
    verified = verify(state, answer, asked.remember, rules=party.rules, now=NOON)
    checked = party.factor.check(state, answer, NOON, asked=asked.remember)
    assert isinstance(verified, Passed)
    assert isinstance(checked, Passed)
    assert isinstance(checked.value, Checked)
    assert checked.value.next_state == verified.value


def test_user_verified_reads_the_flag(party: Party) -> None:
    """The flag is read from the signed data; what cannot be read verified nobody."""
    shown = party.challenge().show
    assert user_verified(text(party.key.get(shown)))
    assert not user_verified(text(party.key.get(shown, flags=UP)))
    assert not user_verified(Secret("{}"))
    assert not user_verified(text(party.key.get(shown, response={"authenticatorData": None})))
