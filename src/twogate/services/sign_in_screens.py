"""From a state to the screen that shows it.

Decides nothing: which factors may answer is ``rules.signin.ways``, why they are asked ``rules.signin.checks``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from twogate.rules.assurance.level import add_up
from twogate.rules.factors.contract import Offer, Role
from twogate.rules.factors.registry import Registry
from twogate.rules.signin import ways
from twogate.rules.signin.checks import Standing, reasons
from twogate.rules.signin.state import State, Step
from twogate.services.accounts import Accounts, Loaded
from twogate.services.challenges import shown
from twogate.services.screens import Ask, AskEnrolment, Choice, Ended, Screen, ShowRecoveryCodes
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Told:
    """What a screen says beside its question."""

    refused: Refused | None = None
    retry_after: int | None = None
    codes: tuple[str, ...] = ()
    offer: Offer | None = None


NOTHING = Told()


def screen(accounts: Accounts, state: State, loaded: Loaded, *, handle: Secret, told: Told = NOTHING) -> Screen:
    """Return what to show for this state."""
    registry = accounts.registry
    match state.step:
        case Step.FIRST | Step.NEXT:
            return _ask(registry, state, loaded, handle=handle, told=told)
        case Step.ENROL:
            return _ask_enrolment(accounts, state, loaded, handle=handle, told=told)
        case Step.CODES:
            return ShowRecoveryCodes(handle, told.codes)
        case Step.FINISHED | Step.ENDED:
            return Ended(told.refused or Refused(Reason.FLOW_UNKNOWN), told.retry_after)


def _ask(registry: Registry, state: State, loaded: Loaded, *, handle: Secret, told: Told) -> Ask:
    facts = loaded.facts
    first = state.step is Step.FIRST
    names = [registry.first.name, *state.asked] if first else [one.factor for one in ways.answers(state, facts)]
    names.sort(key=lambda name: name != state.chosen)
    need = ways.target(state, facts)
    standing = Standing(need, add_up(state.proofs), facts.now, state.started)
    return Ask(
        handle=handle,
        factors=choices(registry, names, questions=shown(state)),
        name=state.name,
        needs_name=first,
        because=tuple(check.id for check in reasons(standing)),
        refused=told.refused,
        retry_after=told.retry_after,
    )


def _ask_enrolment(accounts: Accounts, state: State, loaded: Loaded, *, handle: Secret, told: Told) -> Screen:
    registry = accounts.registry
    factor = registry.get(state.enrolling)
    if factor is None or loaded.user is None:
        return Ended(Refused(Reason.FLOW_UNKNOWN))
    others = [name for name in ways.may_enrol(state, loaded.facts) if name != factor.name]
    return AskEnrolment(
        handle=handle,
        factor=choices(registry, [factor.name])[0],
        offer=told.offer or factor.again(accounts.label(loaded.user), state.memory),
        others=choices(registry, others),
        can_wait=state.recovering,
        refused=told.refused,
        retry_after=told.retry_after,
    )


def choices(
    registry: Registry, names: Iterable[str], *, questions: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> tuple[Choice, ...]:
    """How to ask for these factors, each once; ``questions``: what some of them ask this time."""
    found = (registry.get(name) for name in dict.fromkeys(names))
    return tuple(
        Choice(
            one.name,
            one.prompt,
            recovery=one.role is Role.RECOVERY,
            question=questions.get(one.name),
            to_choose=one.sends is not None and one.name not in questions,
            awaited=one.awaited,
        )
        for one in found
        if one
    )
