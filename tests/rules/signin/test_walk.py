"""Random walks through the sign-in: whatever the order of events, nobody gets in without proofs."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.ports import NOON
from tests.rules.assurance.proofs import NATURES, proof
from tests.rules.signin.people import enrolled, facts, signing_in, stepping_up

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Role
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
from twogate.rules.signin.facts import Accept, Check, End, Enrolled, Facts, Grant, MakeOffer
from twogate.rules.signin.machine import Outcome
from twogate.rules.signin.state import Need, Purpose, State, Step
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

S = Secret("s")


class Walk(RuleBasedStateMachine):
    """Anything a person, an attacker, another session or an administrator may do, in any order.

    The errands are played by the model: it performs the effects, and it alone knows which proofs are real.
    """

    def __init__(self) -> None:
        super().__init__()
        self.own: dict[str, Enrolled] = {}
        self.numbers = 1
        self.now = NOON
        self.blocked = False
        self.once = False
        self.always = True
        self.real: set[Proof] = set()
        self.state = signing_in()
        self.granted = False

    @initialize(
        factors=st.sets(st.sampled_from(["totp", "passkey", "certificate", "recovery"])),
        purpose=st.sampled_from([Purpose.SIGN_IN, Purpose.STEP_UP]),
        level=st.sampled_from(list(Level)),
        max_age=st.sampled_from([None, 0, 300]),
        always=st.booleans(),
        age=st.sampled_from([0, 200, 900]),
    )
    def start(self, **chosen: Any) -> None:
        self.always = chosen["always"]
        for factor in ("password", *sorted(chosen["factors"])):
            self.own[factor] = enrolled(factor)
        self.once = bool(chosen["factors"] - {"recovery"})
        need = Need(chosen["level"], chosen["max_age"])
        if chosen["purpose"] is Purpose.SIGN_IN:
            self.state = replace(signing_in(), need=need)
            return
        known = [proof("password", at=NOON.plus(-chosen["age"]))]
        self.real.update(known)
        self.state = replace(stepping_up(need.level, *known), need=need)
        self.settle(machine.begin(self.state, self.facts()))

    def facts(self) -> Facts:
        return replace(
            facts(enrolled_once=self.once, second_always=self.always),
            now=self.now,
            blocked=self.blocked,
            enrolled=tuple(self.own.values()),
        )

    def settle(self, outcome: Outcome) -> None:
        """Play the errand."""
        self.state = State.from_json(outcome.state.to_json())
        match outcome.effect:
            case MakeOffer(factor):
                self.step(OfferMade(factor, {"for": factor}))
            case Grant():
                self.granted = True
                self.check_grant()
            case _:
                pass
        self.effect = outcome.effect

    def step(self, event: Event) -> None:
        if not self.granted:
            self.settle(machine.step(self.state, event, self.facts()))

    def check_grant(self) -> None:
        """The claim of it all: a session rests on real proofs of this person's living credentials."""
        state, worth = self.state, add_up(self.state.proofs)
        assert set(state.proofs) <= self.real
        assert not self.blocked
        assert {one.credential for one in state.proofs} <= {one.credential for one in self.own.values()}
        assert any(not one.nature.recovery for one in state.proofs)
        if any(one.nature.recovery for one in state.proofs) and worth.level < Level.AAL2:
            assert worth.level is Level.AAL1
            return
        assert worth.level >= state.need.level
        assert worth.level >= Level.AAL1
        if self.always and state.purpose is Purpose.SIGN_IN:
            assert worth.level >= Level.AAL2

    @rule(
        factor=st.sampled_from(["", "password", "totp", "passkey", "certificate", "recovery", "sms"]),
        right=st.booleans(),
    )
    def somebody_answers(self, factor: str, right: bool) -> None:  # noqa: FBT001
        event = PasswordGiven("alice", S) if factor == "password" else CodeGiven(factor, S)
        self.step(event)
        if isinstance(self.effect, Check):
            self.answer(self.effect, right=right)

    def answer(self, asked: Check, *, right: bool) -> None:
        mine = self.own.get(asked.factor)
        if not right or mine is None or mine.credential not in asked.credentials:
            self.step(ProofFailed(Refused(Reason.CODE_WRONG)))
            return
        shown = Proof(mine.factor, mine.credential, mine.nature, self.now)
        self.real.add(shown)
        if mine.role is Role.RECOVERY:
            self.own[mine.factor] = replace(mine, usable=False)
        self.step(ProofShown(shown))

    @rule(right=st.booleans(), codes=st.booleans())
    def somebody_confirms(self, right: bool, codes: bool) -> None:  # noqa: FBT001
        self.step(EnrolmentConfirmed(S))
        if not isinstance(self.effect, Accept):
            return
        if not right:
            self.step(ProofFailed(Refused(Reason.CODE_WRONG)))
            return
        assert not self.once or self.state.recovering, "a stolen password set up a second factor"
        self.numbers += 1
        new = enrolled(self.effect.factor, number=self.numbers)
        self.own[new.factor] = new
        self.once = True
        shown = Proof(new.factor, new.credential, new.nature, self.now)
        self.real.add(shown)
        self.step(FactorEnrolled(shown, codes=codes))

    @rule(factor=st.sampled_from(["totp", "passkey", "sms", ""]))
    def somebody_chooses(self, factor: str) -> None:
        self.step(FactorChosen(factor))

    @rule(event=st.sampled_from([EnrolmentPutOff(), CodesSaved()]))
    def somebody_goes_on(self, event: Event) -> None:
        self.step(event)

    @rule(factor=st.sampled_from(sorted(NATURES)), number=st.integers(50, 60))
    def somebody_forges_a_proof(self, factor: str, number: int) -> None:
        self.step(ProofShown(proof(factor, number=number)))
        self.step(FactorEnrolled(proof(factor, number=number)))

    @rule(factor=st.sampled_from(["totp", "passkey", "certificate"]))
    def elsewhere_a_factor_is_added(self, factor: str) -> None:
        self.numbers += 1
        self.own[factor] = enrolled(factor, number=self.numbers)
        self.once = True

    @rule(data=st.data())
    def elsewhere_a_factor_is_removed(self, data: st.DataObject) -> None:
        others = sorted(set(self.own) - {"password"})
        if others:
            del self.own[data.draw(st.sampled_from(others))]

    @rule()
    def elsewhere_the_password_is_changed(self) -> None:
        self.numbers += 1
        self.own["password"] = enrolled("password", number=self.numbers)

    @rule(blocked=st.booleans())
    def an_administrator_blocks_or_unblocks(self, blocked: bool) -> None:  # noqa: FBT001
        self.blocked = blocked

    @rule(seconds=st.sampled_from([1, 299, 301]))
    def time_passes(self, seconds: int) -> None:
        self.now = self.now.plus(seconds)

    @precondition(lambda self: self.granted or self.state.step is Step.ENDED)
    @rule()
    def nothing_follows_the_end(self) -> None:
        for event in (CodeGiven("totp", S), ProofShown(proof("totp")), CodesSaved(), EnrolmentPutOff()):
            outcome = machine.step(self.state, event, self.facts())
            assert isinstance(outcome.effect, End)

    @invariant()
    def proofs_are_real(self) -> None:
        assert set(self.state.proofs) <= self.real

    @invariant()
    def finished_means_granted(self) -> None:
        assert (self.state.step is Step.FINISHED) == self.granted


def test_no_order_of_events_gets_in_without_proofs() -> None:
    """At least a thousand steps of random walks: whoever is authenticated at a level has proofs that add up to it."""
    run_state_machine_as_test(Walk, settings=settings(max_examples=150, stateful_step_count=25, deadline=None))
