"""The sign-in, step by step: tables of what follows from what."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import proof, proofs
from tests.rules.signin.people import ALICE, enrolled, facts, signing_in, stepping_up

from twogate.rules.assurance.level import Level
from twogate.rules.signin import machine
from twogate.rules.signin.event import (
    CodeGiven,
    CodesSaved,
    EnrolmentConfirmed,
    EnrolmentPutOff,
    Event,
    FactorChosen,
    FactorEnrolled,
    OfferMade,
    PasswordGiven,
    ProofFailed,
    ProofShown,
)
from twogate.rules.signin.facts import Accept, Check, Effect, End, Facts, Grant, MakeOffer, Tell
from twogate.rules.signin.machine import MOST_WRONG_CONFIRMATIONS, Outcome
from twogate.rules.signin.state import State, Step
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

S = Secret("s")


def told(reason: Reason) -> Tell:
    return Tell(Refused(reason))


def ended(reason: Reason, detail: str = "") -> End:
    return End(Refused(reason, detail))


OUT_OF_ORDER = told(Reason.STEP_OUT_OF_ORDER)
BOTH = facts("password", "totp", "recovery")
AT_NEXT = replace(signing_in(), step=Step.NEXT, user=ALICE, name="alice", proofs=proofs("password"))
AT_ENROL = replace(AT_NEXT, step=Step.ENROL, enrolling="totp", memory={"m": 1})
RECOVERED = replace(AT_ENROL, proofs=proofs("password", "recovery"), recovering=True)
AT_CODES = replace(AT_NEXT, step=Step.CODES, proofs=proofs("password", "totp"))

PASSWORD, TOTP, RECOVERY = (CredentialId(f"crd_{factor}1") for factor in ("password", "totp", "recovery"))

_STEPS: list[tuple[str, State, Event, Facts, Step, Effect | None]] = [
    ("right password, second factor enrolled", signing_in(), ProofShown(proof("password")), BOTH, Step.NEXT, None),
    (
        "right password, nothing enrolled yet",
        signing_in(),
        ProofShown(proof("password")),
        facts("password"),
        Step.ENROL,
        MakeOffer("totp"),
    ),
    (
        "right password, only recovery codes left",
        signing_in(),
        ProofShown(proof("password")),
        facts("password", "recovery", enrolled_once=True),
        Step.NEXT,
        None,
    ),
    (
        "right password, second factor lost",
        signing_in(),
        ProofShown(proof("password")),
        facts("password", enrolled_once=True),
        Step.ENDED,
        ended(Reason.LEVEL_UNREACHABLE, "needs aal2"),
    ),
    (
        "right password, level out of reach",
        signing_in(Level.AAL3),
        ProofShown(proof("password")),
        BOTH,
        Step.ENDED,
        ended(Reason.LEVEL_UNREACHABLE, "needs aal3"),
    ),
    (
        "right password, account blocked",
        signing_in(),
        ProofShown(proof("password")),
        replace(BOTH, blocked=True),
        Step.ENDED,
        ended(Reason.SUBJECT_BLOCKED),
    ),
    (
        "right password is enough where it is all that is needed",
        signing_in(),
        ProofShown(proof("password")),
        replace(BOTH, second_always=False),
        Step.FINISHED,
        Grant(),
    ),
    (
        "a passkey first is no first factor here",
        signing_in(),
        ProofShown(proof("passkey")),
        facts("password", "passkey"),
        Step.FIRST,
        OUT_OF_ORDER,
    ),
    (
        "wrong password",
        signing_in(),
        ProofFailed(Refused(Reason.PASSWORD_WRONG)),
        BOTH,
        Step.FIRST,
        told(Reason.PASSWORD_WRONG),
    ),
    (
        "a name is asked of the account, not of the caller",
        signing_in(),
        PasswordGiven("Alice", S),
        BOTH,
        Step.FIRST,
        Check("password", (PASSWORD,), S),
    ),
    (
        "an unknown name is checked all the same",
        signing_in(),
        PasswordGiven("bob", S),
        Facts(NOON, "password", "bob"),
        Step.FIRST,
        Check("password", (), S),
    ),
    ("a code before the password", signing_in(), CodeGiven("totp", S), BOTH, Step.FIRST, OUT_OF_ORDER),
    ("a code", AT_NEXT, CodeGiven("totp", S), BOTH, Step.NEXT, Check("totp", (TOTP,), S)),
    (
        "a code without a factor is for the first one",
        AT_NEXT,
        CodeGiven("", S),
        BOTH,
        Step.NEXT,
        Check("totp", (TOTP,), S),
    ),
    ("a recovery code", AT_NEXT, CodeGiven("recovery", S), BOTH, Step.NEXT, Check("recovery", (RECOVERY,), S)),
    (
        "a code of a factor that is not enrolled",
        AT_NEXT,
        CodeGiven("sms", S),
        BOTH,
        Step.NEXT,
        told(Reason.FACTOR_NOT_OFFERED),
    ),
    (
        "the password again does not help",
        AT_NEXT,
        PasswordGiven("", S),
        BOTH,
        Step.NEXT,
        told(Reason.FACTOR_NOT_OFFERED),
    ),
    ("right code", AT_NEXT, ProofShown(proof("totp")), BOTH, Step.FINISHED, Grant()),
    ("wrong code", AT_NEXT, ProofFailed(Refused(Reason.CODE_WRONG)), BOTH, Step.NEXT, told(Reason.CODE_WRONG)),
    ("right recovery code", AT_NEXT, ProofShown(proof("recovery")), BOTH, Step.ENROL, MakeOffer("totp")),
    (
        "a proof of somebody else's credential",
        AT_NEXT,
        ProofShown(proof("totp", number=2)),
        BOTH,
        Step.NEXT,
        OUT_OF_ORDER,
    ),
    (
        "a proof of another person",
        AT_NEXT,
        ProofShown(proof("totp")),
        replace(BOTH, user=UserId("usr_bob")),
        Step.NEXT,
        OUT_OF_ORDER,
    ),
    ("the offer is made", AT_ENROL, OfferMade("totp", {"m": 2}), facts("password"), Step.ENROL, None),
    ("confirmed", AT_ENROL, EnrolmentConfirmed(S), facts("password"), Step.ENROL, Accept("totp", S)),
    ("confirmed, but meanwhile a factor was set up elsewhere", AT_ENROL, EnrolmentConfirmed(S), BOTH, Step.NEXT, None),
    (
        "another factor is chosen",
        AT_ENROL,
        FactorChosen("passkey"),
        facts("password"),
        Step.ENROL,
        MakeOffer("passkey"),
    ),
    (
        "a factor is chosen that is not offered",
        AT_ENROL,
        FactorChosen("sms"),
        facts("password"),
        Step.ENROL,
        told(Reason.FACTOR_NOT_OFFERED),
    ),
    ("enrolment cannot be put off", AT_ENROL, EnrolmentPutOff(), facts("password"), Step.ENROL, OUT_OF_ORDER),
    ("after a recovery code it can", RECOVERED, EnrolmentPutOff(), BOTH, Step.FINISHED, Grant()),
    (
        "but not by somebody who is blocked",
        RECOVERED,
        EnrolmentPutOff(),
        replace(BOTH, blocked=True),
        Step.ENDED,
        ended(Reason.SUBJECT_BLOCKED),
    ),
    ("set up, with recovery codes", AT_ENROL, FactorEnrolled(proof("totp"), codes=True), BOTH, Step.CODES, None),
    ("set up, codes are there already", AT_ENROL, FactorEnrolled(proof("totp")), BOTH, Step.FINISHED, Grant()),
    ("set up, but it is not there", AT_ENROL, FactorEnrolled(proof("totp", number=9)), BOTH, Step.ENROL, OUT_OF_ORDER),
    ("codes saved", AT_CODES, CodesSaved(), BOTH, Step.FINISHED, Grant()),
    (
        "codes saved, but the password was changed meanwhile",
        AT_CODES,
        CodesSaved(),
        facts("totp"),
        Step.ENDED,
        ended(Reason.LEVEL_UNREACHABLE, "needs aal2"),
    ),
    ("codes saved too early", AT_NEXT, CodesSaved(), BOTH, Step.NEXT, OUT_OF_ORDER),
    ("a code while codes are shown", AT_CODES, CodeGiven("totp", S), BOTH, Step.CODES, OUT_OF_ORDER),
    (
        "the account is gone",
        AT_CODES,
        CodesSaved(),
        replace(BOTH, user=None),
        Step.ENDED,
        ended(Reason.FLOW_UNKNOWN, "the account is gone"),
    ),
    (
        "the account is blocked in the middle",
        AT_CODES,
        CodesSaved(),
        replace(BOTH, blocked=True),
        Step.ENDED,
        ended(Reason.SUBJECT_BLOCKED),
    ),
    (
        "finished is finished",
        replace(AT_NEXT, step=Step.FINISHED),
        CodeGiven("totp", S),
        BOTH,
        Step.ENDED,
        ended(Reason.FLOW_UNKNOWN),
    ),
    (
        "ended is ended",
        replace(AT_NEXT, step=Step.ENDED),
        ProofShown(proof("totp")),
        BOTH,
        Step.ENDED,
        ended(Reason.FLOW_UNKNOWN),
    ),
]


@pytest.mark.parametrize(
    ("state", "event", "own", "after", "effect"), [row[1:] for row in _STEPS], ids=[row[0] for row in _STEPS]
)
def test_steps(state: State, event: Event, own: Facts, after: Step, effect: Effect | None) -> None:  # noqa: PLR0917
    """From each state each event leads to one step and one effect."""
    outcome = machine.step(state, event, own)
    assert (outcome.state.step, outcome.effect) == (after, effect)


def test_an_unexpected_event_changes_nothing() -> None:
    """The state is the same value as before."""
    for state in (signing_in(), AT_NEXT, AT_CODES):
        assert machine.step(state, EnrolmentConfirmed(S), BOTH).state == state


def test_a_sign_in_begins_with_a_name() -> None:
    """Nothing is known and nothing is done."""
    assert machine.begin(signing_in(), Facts(NOON, "password")) == Outcome(signing_in())


@pytest.mark.parametrize(
    ("state", "after", "effect"),
    [
        (stepping_up(Level.AAL2, *proofs("password", "totp")), Step.FINISHED, Grant()),
        (stepping_up(Level.AAL2, *proofs("password")), Step.NEXT, None),
        (stepping_up(Level.AAL2, *proofs("password", "totp", at=NOON.plus(-900)), max_age=300), Step.NEXT, None),
        (stepping_up(Level.PHR, *proofs("password", "totp")), Step.ENDED, ended(Reason.LEVEL_UNREACHABLE, "needs phr")),
    ],
)
def test_a_step_up_begins_with_what_is_missing(state: State, after: Step, effect: Effect | None) -> None:
    """Nothing missing: done at once; nothing that helps: over at once."""
    outcome = machine.begin(state, BOTH)
    assert (outcome.state.step, outcome.effect) == (after, effect)


def test_a_step_up_may_set_up_the_first_second_factor() -> None:
    """After the password was given again, if it is old."""
    own = facts("password", second_always=False)
    fresh = machine.begin(stepping_up(Level.AAL2, *proofs("password")), own)
    assert fresh.effect == MakeOffer("totp")
    old = machine.begin(stepping_up(Level.AAL2, *proofs("password", at=NOON.plus(-900))), own)
    assert (old.state.step, old.effect) == (Step.NEXT, None)
    again = machine.step(old.state, ProofShown(proof("password")), own)
    assert again.effect == MakeOffer("totp")


def test_wrong_confirmations_end_the_flow() -> None:
    """Ten of them; the account's budgets are not touched by it."""
    outcome = Outcome(AT_ENROL)
    for _ in range(MOST_WRONG_CONFIRMATIONS):
        assert outcome.state.step is Step.ENROL
        outcome = machine.step(outcome.state, ProofFailed(Refused(Reason.CODE_WRONG)), facts("password"))
    assert outcome.state.step is Step.ENDED
    assert isinstance(outcome.effect, End)
    assert outcome.effect.refused.reason is Reason.LOCKED


def test_a_proof_dies_with_its_credential() -> None:
    """The password was changed between two steps: it is asked for again, and the code alone does not let in."""
    changed = replace(BOTH, enrolled=(enrolled("password", number=2), enrolled("totp")))
    outcome = machine.step(AT_NEXT, ProofShown(proof("totp")), changed)
    assert outcome.state.step is Step.NEXT
    again = machine.step(outcome.state, PasswordGiven("", S), changed)
    assert again.effect == Check("password", (CredentialId("crd_password2"),), S)


def test_a_recovery_code_alone_is_nothing() -> None:
    """Its first factor died: neither a session nor a new factor follows from the code."""
    changed = replace(BOTH, enrolled=(enrolled("password", number=2), enrolled("recovery")))
    for event in (EnrolmentPutOff(), EnrolmentConfirmed(S)):
        outcome = machine.step(RECOVERED, event, changed)
        assert outcome.state.step is not Step.FINISHED
        assert not isinstance(outcome.effect, Accept | Grant)


def test_no_password_and_no_code_is_remembered() -> None:
    """Whatever was typed is in no state afterwards."""
    typed = Secret("typed-by-alice")
    for state, event in (
        (signing_in(), PasswordGiven("alice", typed)),
        (AT_NEXT, CodeGiven("totp", typed)),
        (AT_ENROL, EnrolmentConfirmed(typed)),
    ):
        assert typed.text() not in machine.step(state, event, BOTH).state.to_json()


GRANTED = replace(AT_CODES, step=Step.FINISHED)


@pytest.mark.parametrize(
    ("level", "account", "step", "effect"),
    [
        (Level.AAL2, BOTH, Step.FINISHED, Grant()),
        (Level.PHR, facts("password", "totp", "passkey"), Step.NEXT, None),
        (Level.PHR, BOTH, Step.ENDED, ended(Reason.RISK_REFUSED, "phr is demanded and out of reach")),
    ],
)
def test_more_may_be_demanded_before_a_session_starts(
    level: Level, account: Facts, step: Step, effect: Effect | None
) -> None:
    """With what is enrolled already: nobody sets up a factor to get out of a suspicion."""
    outcome = machine.demand(GRANTED, level, account)
    assert (outcome.state.step, outcome.effect) == (step, effect)


def test_whoever_never_had_a_second_factor_cannot_set_one_up_on_demand() -> None:
    """A stolen password alone would be enough to add the thief's own phone."""
    alone = replace(GRANTED, proofs=proofs("password"))
    outcome = machine.demand(alone, Level.AAL2, facts("password", second_always=False))
    assert outcome.effect == ended(Reason.RISK_REFUSED, "aal2 is demanded and out of reach")


def test_what_is_demanded_stays_demanded() -> None:
    """The next proof is held to it, too."""
    account = facts("password", "totp", "passkey", second_always=False)
    asked = machine.demand(replace(GRANTED, proofs=proofs("password")), Level.PHR, account)
    assert asked.state.need.level is Level.PHR
    half = machine.step(asked.state, ProofShown(proof("totp")), account)
    assert (half.state.step, half.effect) == (Step.NEXT, None)
    assert machine.step(half.state, ProofShown(proof("passkey")), account).effect == Grant()


def test_a_flow_can_be_closed_whatever_it_has_reached() -> None:
    """From a granted one to one that has just begun."""
    for state in (signing_in(), AT_NEXT, AT_ENROL, GRANTED):
        outcome = machine.end(state, Refused(Reason.PLACE_REFUSED))
        assert (outcome.state.step, outcome.effect) == (Step.ENDED, ended(Reason.PLACE_REFUSED))
        assert outcome.state.memory == {}
