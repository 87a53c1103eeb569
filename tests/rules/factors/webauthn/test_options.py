"""What browsers are asked: the options of both ceremonies, and what they never tell."""

import json
from dataclasses import replace

import pytest
from tests.rules.factors.webauthn.conftest import ALICE, RULES, Party
from tests.rules.factors.webauthn.soft_key import SoftKey, b64

from twogate.rules.factors.contract import Account
from twogate.rules.factors.webauthn import Attestation, Verification
from twogate.rules.factors.webauthn.options import creation, known_transports, request, verification


def test_creation_options_say_whose_key_is_wanted() -> None:
    """Relying party, opaque user handle, names, challenge, algorithms in order, residency, no attestation."""
    public = creation(ALICE, bytes(32), RULES)["publicKey"]
    assert public["rp"] == {"id": "api.example.com", "name": "Example"}
    assert public["user"] == {"id": b64(b"usr_aaaaaaaaaaaaaaaa"), "name": "alice", "displayName": "Alice Example"}
    assert public["challenge"] == b64(bytes(32))
    assert [one["alg"] for one in public["pubKeyCredParams"]] == [-8, -7, -257]
    assert public["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "preferred",
    }
    assert public["attestation"] == "none"
    assert public["timeout"] == 300_000
    assert public["excludeCredentials"] == []


def test_an_account_without_a_display_name_shows_its_name() -> None:
    """A browser never shows an empty line."""
    assert creation(Account("Example", "bob", handle="usr_b"), b"c", RULES)["publicKey"]["user"]["displayName"] == "bob"


def test_credentials_that_exist_are_excluded(party: Party) -> None:
    """Those of the account so far, with the ways to reach them."""
    state = party.registered()
    public = creation(replace(ALICE, existing=(state,)), b"c", RULES)["publicKey"]
    assert public["excludeCredentials"] == [{"id": state["id"], "type": "public-key", "transports": ["nfc", "usb"]}]


@pytest.mark.parametrize("policy", [Attestation.ALLOW, Attestation.TRUSTED])
def test_attestation_is_asked_for_only_where_it_is_judged(policy: Attestation) -> None:
    """``none`` asks for none, so that nobody has to show the make of their key."""
    assert creation(ALICE, b"c", replace(RULES, attestation=policy))["publicKey"]["attestation"] == "direct"


def test_request_options_name_the_credentials_of_the_known(party: Party) -> None:
    """After a first proof the person's credentials are named, and nothing waits for autofill."""
    state = party.registered()
    options = request([state], b"c", RULES)
    assert options["publicKey"]["allowCredentials"] == [
        {"id": state["id"], "type": "public-key", "transports": ["nfc", "usb"]}
    ]
    assert options["publicKey"]["userVerification"] == "preferred"
    assert options["publicKey"]["rpId"] == "api.example.com"
    assert "mediation" not in options


def test_case_33_before_anybody_is_known_options_are_alike(party: Party) -> None:
    """No name, unknown name, name with or without passkeys: only the challenge differs."""
    shown = [party.challenge().show, Party(key=SoftKey(credential_id=b"x")).challenge().show]
    alike = [json.dumps({**one, "publicKey": {**one["publicKey"], "challenge": ""}}) for one in shown]
    assert alike[0] == alike[1]
    assert shown[0]["publicKey"]["allowCredentials"] == []
    assert shown[0]["mediation"] == "conditional"


def test_alone_verification_is_always_required() -> None:
    """The operator's wish is for passkeys beside a password."""
    rules = replace(RULES, verification=Verification.DISCOURAGED)
    assert verification([], rules) is Verification.REQUIRED
    assert request([], b"c", rules)["publicKey"]["userVerification"] == "required"
    assert verification([{}], rules) is Verification.DISCOURAGED


def test_only_known_transports_are_kept() -> None:
    """Others may come in later versions and are left out."""
    assert known_transports(["usb", "smoke", "internal", "usb"]) == ["internal", "usb"]
