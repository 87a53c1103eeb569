r"""The sign-in as a pure function: state and event in, next state and effects out.

Decides what happens next after every event (the states are drawn below). Loading, checking and saving is for
``services.sign_in``; whether a proof is good is for ``rules.factors``.

    FIRST --name and first factor, or a proof that names its owner--> NEXT --missing proof--> NEXT ... --> FINISHED
      |                               |
      |                               +--recovery code--> ENROL --confirmed--> CODES --saved--> FINISHED
      +--never had a second factor--> ENROL                 \--put off (AAL1)--> FINISHED
    any --blocked, out of reach, too many wrong confirmations--> ENDED
"""

from dataclasses import dataclass, replace
from typing import assert_never

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import youngest
from twogate.rules.factors.contract import Role
from twogate.rules.signin import ways
from twogate.rules.signin.event import (
    ChallengesMade,
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
from twogate.rules.signin.facts import Accept, Challenge, Check, Effect, End, Facts, Grant, MakeOffer, Tell
from twogate.rules.signin.state import State, Step
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

MOST_WRONG_ANSWERS = 5  # to one code that was sent, wherever it is asked for; then it is void
MOST_WRONG_CONFIRMATIONS = MOST_WRONG_ANSWERS


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state, and the one thing to do about it (None: show the step)."""

    state: State
    effect: Effect | None = None


def begin(state: State, facts: Facts) -> Outcome:
    """Open a flow: a sign-in waits for a name; a step-up goes straight to what is missing."""
    if state.step is Step.FIRST:
        return Outcome(state)
    return _go_on(_still_true(state, facts), facts)


def step(state: State, event: Event, facts: Facts) -> Outcome:
    """Take one step. Whatever is not expected here changes nothing."""
    if state.step in {Step.FINISHED, Step.ENDED}:
        return _end(state, Refused(Reason.FLOW_UNKNOWN))
    state = _still_true(state, facts)
    match event:
        case PasswordGiven():
            return _password(state, event, facts)
        case CodeGiven():
            return _code(state, facts, factor=event.factor, given=event.code)
        case ProofShown():
            return _shown(state, event.proof, facts)
        case ProofFailed():
            return _failed(state, event.refused)
        case ChallengesMade():
            return Outcome(replace(state, asked=event.asked))
        case FactorChosen() if state.step is Step.NEXT:
            return _choose(state, event.factor, facts)
        case FactorChosen() | EnrolmentConfirmed() | EnrolmentPutOff() | OfferMade() | FactorEnrolled():
            return _enrolment(state, event, facts)
        case CodesSaved():
            return _go_on(state, facts) if state.step is Step.CODES else _out_of_order(state)
        case _:
            assert_never(event)


def tell(state: State, refused: Refused) -> Outcome:
    """Show the same step again, and why."""
    return Outcome(state, Tell(refused))


def end(state: State, refused: Refused) -> Outcome:
    """Close the flow, whatever it has reached."""
    return _end(state, refused)


def demand(state: State, level: Level, facts: Facts) -> Outcome:
    """Before a session starts: this sign-in has to reach more, with what is enrolled already, or it is over."""
    raised = replace(state, step=Step.NEXT, need=replace(state.need, level=max(state.need.level, level)))
    need = ways.needed(raised, facts)
    if ways.reached(raised, facts, need):
        return _grant(raised)
    if ways.way(raised, facts, need) is None:
        return _end(state, Refused(Reason.RISK_REFUSED, f"{level.acr} is demanded and out of reach"))
    return Outcome(raised)


def _password(state: State, event: PasswordGiven, facts: Facts) -> Outcome:
    if state.step is not Step.FIRST:
        return _code(state, facts, factor=facts.first, given=event.password)
    mine = tuple(one.credential for one in facts.enrolled if one.factor == facts.first)
    return Outcome(replace(state, name=facts.name), Check(facts.first, mine, event.password))


def _code(state: State, facts: Facts, *, factor: str, given: Secret) -> Outcome:
    if state.step is Step.FIRST and factor in state.asked:
        return _found(state, facts, factor=factor, given=given)
    if state.step is not Step.NEXT:
        return _out_of_order(state)
    answers = ways.answers(state, facts)
    wanted = factor or next((one.factor for one in answers), "")
    mine = tuple(one.credential for one in answers if one.factor == wanted)
    if not mine:
        return Outcome(state, Tell(Refused(Reason.FACTOR_NOT_OFFERED)))
    return Outcome(state, Check(wanted, mine, given))


def _found(state: State, facts: Facts, *, factor: str, given: Secret) -> Outcome:
    """A proof that says whose it is; ``facts`` are about that account, if there is one."""
    mine = tuple(one.credential for one in facts.enrolled if one.factor == factor and one.discoverable and one.usable)
    return Outcome(state, Check(factor, mine, given))


def _choose(state: State, factor: str, facts: Facts) -> Outcome:
    if all(one.factor != factor for one in ways.answers(state, facts)):
        return Outcome(state, Tell(Refused(Reason.FACTOR_NOT_OFFERED)))
    return Outcome(replace(state, chosen=factor), Challenge(factor))


def _shown(state: State, proof: Proof, facts: Facts) -> Outcome:
    known = next((one for one in facts.enrolled if one.credential == proof.credential), None)
    if state.step not in {Step.FIRST, Step.NEXT} or known is None or facts.user is None:
        return _out_of_order(state)
    if state.step is Step.FIRST:
        expected = known.role is Role.FIRST or (known.discoverable and known.factor in state.asked)
    else:
        expected = facts.user == state.user
    if not expected:
        return _out_of_order(state)
    shown = replace(
        state,
        user=facts.user,
        name=facts.name,
        proofs=youngest((*state.proofs, proof)),
        recovering=state.recovering or proof.nature.recovery,
        asked={name: asked for name, asked in state.asked.items() if name != proof.factor},  # an answer counts once
        chosen="",
    )
    return _go_on(shown, facts)


def _failed(state: State, refused: Refused) -> Outcome:
    if state.step is not Step.ENROL:
        return Outcome(state, Tell(refused))
    tries = state.tries + 1
    if tries >= MOST_WRONG_CONFIRMATIONS:
        return _end(state, Refused(Reason.LOCKED, "too many wrong confirmations of a new factor"))
    return Outcome(replace(state, tries=tries), Tell(refused))


def _enrolment(
    state: State,
    event: FactorChosen | EnrolmentConfirmed | EnrolmentPutOff | OfferMade | FactorEnrolled,
    facts: Facts,
) -> Outcome:
    if state.step is not Step.ENROL:
        return _out_of_order(state)
    if facts.blocked:
        return _end(state, Refused(Reason.SUBJECT_BLOCKED))
    match event:
        case FactorChosen():
            if event.factor not in ways.may_enrol(state, facts):
                return Outcome(state, Tell(Refused(Reason.FACTOR_NOT_OFFERED)))
            return Outcome(replace(state, enrolling=event.factor), MakeOffer(event.factor))
        case OfferMade():
            return Outcome(replace(state, enrolling=event.factor, memory=event.memory))
        case EnrolmentConfirmed():
            if state.enrolling not in ways.may_enrol(state, facts):
                return _go_on(state, facts)
            return Outcome(state, Accept(state.enrolling, event.code))
        case EnrolmentPutOff():
            return _grant(state) if state.recovering else _out_of_order(state)
        case FactorEnrolled():
            return _enrolled(state, event, facts)
        case _:
            assert_never(event)


def _enrolled(state: State, event: FactorEnrolled, facts: Facts) -> Outcome:
    if all(one.credential != event.proof.credential for one in facts.enrolled):
        return _out_of_order(state)
    done = replace(state, proofs=youngest((*state.proofs, event.proof)), enrolling="", memory={}, recovering=False)
    return Outcome(replace(done, step=Step.CODES)) if event.codes else _go_on(done, facts)


def _go_on(state: State, facts: Facts) -> Outcome:
    """Work out what is missing, with the account as it is now."""
    if facts.user is None or facts.user != state.user:
        return _end(state, Refused(Reason.FLOW_UNKNOWN, "the account is gone"))
    if facts.blocked:
        return _end(state, Refused(Reason.SUBJECT_BLOCKED))
    need = ways.needed(state, facts)
    if ways.reached(state, facts, need):
        return _grant(state)
    if not state.recovering and ways.way(state, facts, need) is not None:
        return Outcome(replace(state, step=Step.NEXT))
    may = ways.may_enrol(state, facts)
    if may and (state.recovering or ways.ready_to_enrol(state, facts)):
        return Outcome(replace(state, step=Step.ENROL, enrolling=may[0], memory={}), MakeOffer(may[0]))
    if ways.answers(state, facts) if may else _only_recovery_left(state, facts):
        return Outcome(replace(state, step=Step.NEXT))
    return _end(state, Refused(Reason.LEVEL_UNREACHABLE, f"needs {need.level.acr}"))


def _only_recovery_left(state: State, facts: Facts) -> bool:
    """A recovery code stands in for a second factor that is gone, not for one that is too weak."""
    has_second = any(one.role is Role.SECOND and one.usable for one in facts.enrolled)
    return not has_second and bool(ways.spare(state, facts))


def _still_true(state: State, facts: Facts) -> State:
    """Leave out proofs whose credential was removed or disabled since; a recovery code alone is nothing."""
    alive = {one.credential for one in facts.enrolled}
    if state.step is Step.FIRST or all(proof.credential in alive for proof in state.proofs):
        return state
    kept = tuple(proof for proof in state.proofs if proof.credential in alive)
    if all(proof.nature.recovery for proof in kept):
        kept = ()
    return replace(state, proofs=kept, recovering=any(proof.nature.recovery for proof in kept) and state.recovering)


def _grant(state: State) -> Outcome:
    return Outcome(replace(state, step=Step.FINISHED, memory={}, asked={}), Grant())


def _end(state: State, refused: Refused) -> Outcome:
    return Outcome(replace(state, step=Step.ENDED, memory={}, asked={}), End(refused))


def _out_of_order(state: State) -> Outcome:
    return Outcome(state, Tell(Refused(Reason.STEP_OUT_OF_ORDER)))
