"""What factors ask, beyond what their prompt says: made, remembered in the flow, sent, and answered from elsewhere.

Decides when a question is asked anew. What it is, is the factor's (``rules.factors.contract``). A question that
costs nothing is asked afresh each time the step is shown, so that no answer fits twice; one that is sent or prompts
somebody is asked when the person chooses it, within the factor's ``Sends``, and stays until it is answered.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from twogate.rules.factors.contract import Challenge, Factor, FactorState, Sends
from twogate.rules.factors.registry import Registry
from twogate.rules.signin import ways
from twogate.rules.signin.machine import MOST_WRONG_ANSWERS
from twogate.rules.signin.state import State, Step
from twogate.services.accounts import Loaded
from twogate.services.sending import put
from twogate.services.sign_in_turn import Turn
from twogate.store.unit import Unit
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.dispatch import Dispatch
from twogate.terms.ids import UserId
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


class Awaited(Protocol):
    """Keeps questions that are answered somewhere else than on the page (a phone)."""

    async def begun(
        self,
        unit: Unit,
        user: UserId,
        challenge: Challenge,
        *,
        credential: Credential | None,
        action: str,
        caller: Caller,
    ) -> None:
        """The question was asked, to do ``action``: keep it where the answer will come in."""

    async def answer(self, unit: Unit, asked: FactorState) -> Secret | Refused | None:
        """What was answered, or why nothing will be; None = nothing yet."""

    async def used(self, unit: Unit, asked: FactorState) -> Refused | None:
        """Use the answer up, in the unit in which it counts; refused when it was taken back or used meanwhile."""

    async def offered(self, unit: Unit, user: UserId, memory: FactorState) -> None:
        """One is being set up: let in what comes from elsewhere."""

    async def confirmed(self, unit: Unit, memory: FactorState, typed: Secret) -> Secret | Refused:
        """What came in, together with what was typed on the page."""


class NothingAwaited:
    """For an installation whose factors are all answered on the page."""

    async def begun(
        self,
        unit: Unit,
        user: UserId,
        challenge: Challenge,
        *,
        credential: Credential | None,
        action: str,
        caller: Caller,
    ) -> None:
        """Nothing is kept."""

    async def answer(self, unit: Unit, asked: FactorState) -> Secret | Refused | None:  # noqa: ARG002  # the port's shape
        """Nothing ever comes."""
        return None

    async def used(self, unit: Unit, asked: FactorState) -> Refused | None:  # noqa: ARG002  # likewise
        """Nothing is used up."""
        return None

    async def offered(self, unit: Unit, user: UserId, memory: FactorState) -> None:
        """Nothing is let in."""

    async def confirmed(self, unit: Unit, memory: FactorState, typed: Secret) -> Secret | Refused:  # noqa: ARG002  # likewise
        """Nothing comes beside what was typed."""
        return typed


class Challenges:
    """Asks, and finds out what was asked."""

    def __init__(self, registry: Registry, clock: Clock, entropy: Entropy, *, awaited: Awaited) -> None:
        self._registry = registry
        self._clock = clock
        self._entropy = entropy
        self._awaited = awaited

    def fresh(self, state: State, loaded: Loaded) -> dict[str, Any]:
        """What the next page asks: kept questions, and those that cost nothing made anew."""
        if state.step not in {Step.FIRST, Step.NEXT}:
            return state.asked
        able = {one.name for one in self._able(state, loaded)}
        asked = {name: kept for name, kept in state.asked.items() if name in able and not self._eager(name)}
        for factor in self._able(state, loaded):
            if factor.eager:
                challenge = self._challenge(factor, loaded, known=state.step is not Step.FIRST)
                asked |= {factor.name: _kept(challenge)} if challenge else {}
        return asked

    async def choose(self, unit: Unit, turn: Turn, name: str) -> dict[str, Any] | Refused:
        """Ask the question of the factor that was chosen; send what it has to send."""
        factor, user = self._registry.get(name), turn.loaded.user
        if factor is None or user is None:
            return Refused(Reason.FACTOR_NOT_OFFERED)
        mine = [one for one in turn.loaded.credentials if one.factor == name]
        challenge = factor.challenge([one.state for one in mine], self._entropy, self._clock.now())
        if challenge is None or factor.eager:  # it is on the page already
            return turn.state.asked
        to = mine[0] if len(mine) == 1 else None
        refused = await self.send(unit, user.id, challenge.send, sends=factor.sends, credential=to)
        if refused is not None:
            return refused
        if factor.awaited:
            action = turn.state.purpose.value
            await self._awaited.begun(unit, user.id, challenge, credential=to, action=action, caller=turn.caller)
        return {**turn.state.asked, name: _kept(challenge)}

    async def send(
        self,
        unit: Unit,
        user: UserId,
        dispatch: Dispatch | None,
        *,
        sends: Sends | None,
        credential: Credential | None = None,
    ) -> Refused | None:
        """Put what is to be sent into the table, unless too much was sent lately."""
        if dispatch is None:
            return None
        to, now = credential.id if credential else None, self._clock.now()
        return await put(unit, user, dispatch, sends=sends, now=now, credential=to)

    async def answer(self, unit: Unit, state: State, name: str) -> Secret | Refused | None:
        """The answer that came in from elsewhere; None where this factor is answered on the page."""
        factor = self._registry.get(name)
        if factor is None or not factor.awaited:
            return None
        asked = remembered(state, name)
        answer = await self._awaited.answer(unit, asked) if asked is not None else None
        return answer or Refused(Reason.ANSWER_AWAITED)

    def over(self, state: State, name: str) -> State:
        """After a no from elsewhere, or too many wrong answers, the question is over: the person may ask again."""
        factor, asked = self._registry.get(name), state.asked.get(name)
        if factor is None or asked is None or factor.eager:
            return state
        wrong = int(asked.get("wrong", 0)) + 1
        if factor.awaited or wrong >= MOST_WRONG_ANSWERS:
            return replace(state, asked={other: kept for other, kept in state.asked.items() if other != name})
        return replace(state, asked={**state.asked, name: {**asked, "wrong": wrong}})

    async def used(self, unit: Unit, state: State, name: str) -> Refused | None:
        """Use up an answer from elsewhere, in the unit in which it counts."""
        factor, asked = self._registry.get(name), remembered(state, name)
        if factor is None or not factor.awaited or asked is None:
            return None
        return await self._awaited.used(unit, asked)

    async def offered(self, unit: Unit, user: UserId, factor: Factor, *, memory: FactorState) -> None:
        """A factor is being set up: let in what comes from elsewhere."""
        if factor.awaited:
            await self._awaited.offered(unit, user, memory)

    async def confirmed(self, unit: Unit, state: State, typed: Secret) -> Secret | Refused:
        """What the factor that is being set up is given: what was typed, and what came in from elsewhere."""
        factor = self._registry.get(state.enrolling)
        if state.step is not Step.ENROL or factor is None or not factor.awaited:
            return typed
        return await self._awaited.confirmed(unit, state.memory, typed)

    def _able(self, state: State, loaded: Loaded) -> list[Factor]:
        """The factors that may answer now."""
        if state.step is Step.FIRST:
            return [one for one in self._registry.factors if one.discoverable]
        named = dict.fromkeys(one.factor for one in ways.answers(state, loaded.facts))
        return [factor for factor in map(self._registry.get, named) if factor is not None]

    def _challenge(self, factor: Factor, loaded: Loaded, *, known: bool) -> Challenge | None:
        """Until something is proved, a name that was typed is nobody's: what is asked must not tell who has what."""
        states = [one.state for one in loaded.credentials if known and one.factor == factor.name]
        return factor.challenge(states, self._entropy, self._clock.now())

    def _eager(self, name: str) -> bool:
        factor = self._registry.get(name)
        return factor is None or factor.eager


def remembered(state: State, factor: str) -> FactorState | None:
    """What the factor's question wants back with the answer."""
    asked: Mapping[str, Any] | None = state.asked.get(factor)
    return None if asked is None else dict(asked["remember"])


def shown(state: State) -> dict[str, Mapping[str, Any]]:
    """The public part of every question, by factor."""
    return {name: asked["show"] for name, asked in state.asked.items()}


def renewed(turn: Turn, asked: dict[str, Any]) -> Turn:
    """The turn with these questions."""
    return replace(turn, state=replace(turn.state, asked=asked))


def _kept(challenge: Challenge) -> dict[str, Any]:
    return {"remember": challenge.remember, "show": dict(challenge.show)}
