"""Which factors may answer now: from the need, the proofs and what is enrolled.

Decides what is offered on the next screen. Nothing is remembered here: it is worked out anew at every step.
"""

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Available, Need, met, way_to, youngest
from twogate.rules.factors.contract import Role
from twogate.rules.signin.facts import Enrolled, Facts
from twogate.rules.signin.state import Purpose, State
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof

ENROL_WITHIN = 300  # seconds: a first second factor is set up only soon after the password was given
_BEFORE_ENROLMENT = Need(Level.AAL1, ENROL_WITHIN)
_NOT_YET = CredentialId("")  # stands for a credential that does not exist yet


def needed(state: State, facts: Facts) -> Need:
    """What this flow has to reach: at a sign-in a second factor as well, unless the operator wants it otherwise."""
    if state.purpose is Purpose.SIGN_IN and facts.second_always:
        return Need(max(state.need.level, Level.AAL2), state.need.max_age, state.need.factors)
    return Need(max(state.need.level, Level.AAL1), state.need.max_age, state.need.factors)


def reached(state: State, facts: Facts, need: Need) -> bool:
    """Whether what was proved is enough."""
    return met(need, state.proofs, now=facts.now, started=state.started)


def way(state: State, facts: Facts, need: Need) -> tuple[Available, ...] | None:
    """The least that is missing, from what is enrolled."""
    return way_to(need, state.proofs, _available(facts), now=facts.now, started=state.started)


def target(state: State, facts: Facts) -> Need:
    """What the next proof has to bring nearer: the need itself, or the right to set up a factor that reaches it."""
    need = needed(state, facts)
    return need if way(state, facts, need) is not None else _BEFORE_ENROLMENT


def answers(state: State, facts: Facts) -> tuple[Enrolled, ...]:
    """The authenticators that may answer now; what goes with a name comes before the others."""
    need = target(state, facts)
    short = way(state, facts, need)
    nearer = [one for one in facts.enrolled if short and _helps(state, facts, one=one.available, fewer_than=len(short))]
    first = tuple(one for one in nearer if one.role is Role.FIRST)
    return first or (*nearer, *spare(state, facts))


def spare(state: State, facts: Facts) -> tuple[Enrolled, ...]:
    """Recovery codes: at a sign-in, after the first factor, and once."""
    if state.purpose is not Purpose.SIGN_IN or state.recovering or not state.proofs:
        return ()
    return tuple(one for one in facts.enrolled if one.role is Role.RECOVERY and one.usable)


def may_enrol(state: State, facts: Facts) -> tuple[str, ...]:
    """The factors that may be set up in this flow.

    On a first factor alone only while the account never had a second one: afterwards a stolen password would be
    enough to add the thief's own phone. A recovery code allows it again.
    """
    if state.recovering:
        return tuple(offered.factor for offered in facts.offered)
    if facts.enrolled_once or not any(one.role is Role.FIRST for one in facts.enrolled):
        return ()
    need = needed(state, facts)
    return tuple(
        offered.factor
        for offered in facts.offered
        if _possible(state, facts, need=need, also=Available(offered.factor, _NOT_YET, offered.nature))
    )


def ready_to_enrol(state: State, facts: Facts) -> bool:
    """Whether the first factor was given recently enough to set up another one."""
    return reached(state, facts, _BEFORE_ENROLMENT)


def _available(facts: Facts) -> tuple[Available, ...]:
    return tuple(one.available for one in facts.enrolled if one.role is not Role.RECOVERY and one.usable)


def _helps(state: State, facts: Facts, *, one: Available, fewer_than: int) -> bool:
    if one not in _available(facts):
        return False
    hoped = Proof(one.factor, one.credential, one.nature, facts.now)
    proofs = youngest((*state.proofs, hoped))
    rest = way_to(target(state, facts), proofs, _available(facts), now=facts.now, started=state.started)
    return rest is not None and len(rest) < fewer_than


def _possible(state: State, facts: Facts, *, need: Need, also: Available) -> bool:
    available = (*_available(facts), also)
    return way_to(need, state.proofs, available, now=facts.now, started=state.started) is not None
