"""What a passkey is worth, what is remembered of it, and how the factor answers its contract."""

import json

import pytest
from tests.ports import NOON, SeededEntropy
from tests.rules.factors.webauthn.conftest import ALICE, RULES, Party, text
from tests.rules.factors.webauthn.soft_key import AT, BE, BS, EDDSA, ES256, RS256, UP, UV, SoftKey

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Accepted, Account, Checked
from twogate.rules.factors.webauthn import WebAuthn
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


def _passed(verdict: Passed[Checked] | Refused) -> Checked:
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _level(*natures: Nature) -> Level:
    return add_up(Proof("x", CredentialId(f"crd_{at}"), one, NOON) for at, one in enumerate(natures)).level


_PASSWORD = Nature(categories=frozenset({Category.KNOWN}), amr=("pwd",))


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_each_algorithm_registers_and_signs_in(algorithm: int) -> None:
    """ES256, EdDSA and RS256 credentials are set up, and used twice in a row."""
    party = Party(key=SoftKey(algorithm=algorithm))
    state = party.registered()
    first = _passed(party.get(state))
    assert first.next_state is not None
    assert _passed(party.get(first.next_state)).nature.phishing_resistant


def test_the_state_holds_what_later_checks_need(party: Party) -> None:
    """Key, counter, backup flags, transports, make and owner are kept, as JSON and nothing else."""
    party.key.count = 7
    state = party.registered(flags=UP | UV | BE | BS | AT)
    assert json.loads(json.dumps(state)) == state
    assert {name: state[name] for name in ("id", "sign_count", "transports", "verified", "hardware", "format")} == {
        "id": party.key.name,
        "sign_count": 7,
        "transports": ["nfc", "usb"],
        "verified": True,
        "hardware": False,
        "format": "none",
    }
    assert state["backup_eligible"] is True
    assert state["backed_up"] is True


def test_a_verified_user_shows_two_factors_alone(party: Party) -> None:
    """With user verification a passkey alone is phishing-resistant AAL2; beside a password it is still two factors."""
    nature = _passed(party.get(party.registered())).nature
    assert nature.categories == {Category.HELD, Category.KNOWN}
    assert _level(nature) is Level.PHR
    assert (
        add_up([Proof("a", CredentialId("1"), nature, NOON), Proof("b", CredentialId("2"), _PASSWORD, NOON)]).factors
        == 2
    )


def test_without_user_verification_it_is_one_factor(party: Party) -> None:
    """NIST SP 800-63B-4 section 3.1.7: the UV flag absent means a single-factor authenticator."""
    state = party.registered(flags=UP | AT)
    nature = _passed(party.get(state, flags=UP)).nature
    assert nature.categories == {Category.HELD}
    assert _level(nature) is Level.AAL1
    assert _level(nature, _PASSWORD) is Level.PHR


def test_a_verified_credential_used_without_verification_is_one_factor(party: Party) -> None:
    """What counts is whether the user was verified this time."""
    assert _passed(party.get(party.registered(), flags=UP)).nature.categories == {Category.HELD}


def test_a_thief_cannot_give_a_stolen_key_a_pin(party: Party) -> None:
    """A key set up without user verification stays one factor when it verifies somebody later (uvInitialized)."""
    state = party.registered(flags=UP | AT)
    assert _passed(party.get(state, flags=UP | UV)).nature.categories == {Category.HELD}


def test_a_backup_eligible_passkey_is_never_aal3() -> None:
    """A key that may leave its device is syncable, whatever else is said about it."""
    party = Party()
    state = party.registered(flags=UP | UV | BE | AT) | {"hardware": True}
    nature = _passed(party.get(state, flags=UP | UV | BE)).nature
    assert nature.syncable
    assert _level(nature, _PASSWORD) < Level.AAL3


def test_amr_says_what_is_known_and_no_more(party: Party) -> None:
    """RFC 8176: possession of a key and presence; ``hwk`` only where the maker vouches for hardware."""
    state = party.registered()
    assert _passed(party.get(state)).nature.amr == ("pop", "user")
    assert _passed(party.get(state | {"hardware": True})).nature.amr == ("hwk", "user")


def test_the_next_state_follows_the_authenticator(party: Party) -> None:
    """Counter and backup state are taken over; all else stays."""
    state = party.registered(flags=UP | UV | BE | AT)
    party.key.count = 3
    after = _passed(party.get(state, flags=UP | UV | BE | BS)).next_state
    assert after == state | {"sign_count": 3, "backed_up": True}


def test_a_credential_that_is_not_there_yet_hopes_for_the_best() -> None:
    """Before it is set up it could verify its user; only a trusted maker could make it hardware."""
    nature = WebAuthn(RULES).nature({})
    assert nature.categories == {Category.HELD, Category.KNOWN}
    assert not nature.hardware_protected


def test_an_answer_addresses_its_credential(party: Party) -> None:
    """The identifier of a state is what an answer by that credential names."""
    state = party.registered()
    answer = text(party.key.get(party.challenge(state).show))
    assert party.factor.identifier(state) == party.factor.addressed(answer) == party.key.name
    assert party.factor.addressed(Secret("123456")) == ""
    assert party.factor.addressed(Secret(b"\xff\xfe")) == ""


def test_a_decoy_takes_nothing_and_costs_a_signature(party: Party) -> None:
    """A good answer is refused by a decoy, only once its signature was checked."""
    decoy = party.factor.decoy(SeededEntropy("nobody"))
    asked = party.challenge()
    verdict = party.factor.check(decoy, text(party.key.get(asked.show)), NOON, asked=asked.remember)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG
    assert "signature" in verdict.detail
    assert decoy.keys() == party.registered().keys()


def test_the_label_is_what_people_call_it() -> None:
    """A make of the table gives the label; one that nobody knows leaves it to the factor's title."""
    known = Party(key=SoftKey(aaguid=bytes.fromhex("2fc0579f811347eab116bb5a8db9202a"))).create()
    unknown = Party().create()
    labels = [
        one.value.label for one in (known, unknown) if isinstance(one, Passed) and isinstance(one.value, Accepted)
    ]
    assert labels == ["YubiKey 5 NFC", ""]


def test_an_offer_shown_again_is_the_same(party: Party) -> None:
    """A page that is reloaded asks for the same credential."""
    begun = party.offer()
    assert party.factor.again(ALICE, begun.remember) == begun.show


def test_no_offer_without_the_accounts_own_id() -> None:
    """The user handle is the account's id, never its name and never something random."""
    with pytest.raises(ValueError, match="own id"):
        WebAuthn(RULES).offer(Account("Example", "alice"), SeededEntropy())


def test_challenges_are_fresh(party: Party) -> None:
    """Thirty-two bytes from the generator, another each time (section 13.4.3)."""
    state = party.registered()
    challenges = [party.challenge(state).remember["challenge"] for _ in range(100)]
    assert len(set(challenges)) == 100
    assert {len(one) for one in challenges} == {43}
