"""What the first screen waits for: has the phone answered, has a phone scanned the QR code?

Decides only what the holder of a flow's handle may learn about that flow, in one word. It counts as nothing: the
answer is taken when the form is sent.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from twogate.rules.factors.push.factor import Push
from twogate.rules.signin.state import Purpose, State, Step
from twogate.services.challenges import remembered
from twogate.services.flow_handles import opened
from twogate.services.push_answers import PushAnswers
from twogate.store.unit import Store, Unit
from twogate.terms.ports import Clock
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


class PushState(StrEnum):
    """What the page's script is told."""

    NOTHING = "nothing"  # nothing was asked in this flow, or the flow is over
    WAITING = "waiting"
    ANSWERED = "answered"  # send the form: a yes, a no, or too late
    SCANNED = "scanned"  # type the digits that the phone shows


class PushStatus:
    """Looks, and changes nothing."""

    def __init__(self, store: Store, clock: Clock, answers: PushAnswers) -> None:
        self._store = store
        self._clock = clock
        self._answers = answers

    async def of(self, handle: Secret) -> PushState:
        """Where the flow of this handle stands."""
        async with self._store.read() as unit:
            flow = await unit.flows.get(handle.sha256())
            state = opened(flow, handle, purposes=tuple(Purpose), now=self._clock.now())
            if isinstance(state, Refused):
                return PushState.NOTHING
            if state.step is Step.ENROL:
                return await self._pairing(unit, state.memory) if state.enrolling == Push.name else PushState.NOTHING
            return await self._prompt(unit, state)

    async def _prompt(self, unit: Unit, state: State) -> PushState:
        asked = remembered(state, Push.name)
        if asked is None:
            return PushState.NOTHING
        answer = await self._answers.answer(unit, asked)
        return PushState.WAITING if answer is None else PushState.ANSWERED

    async def _pairing(self, unit: Unit, memory: Mapping[str, Any]) -> PushState:
        pairing = await unit.push_pairings.get(Secret(str(memory["token"])).sha256())
        if pairing is None:
            return PushState.NOTHING
        return PushState.WAITING if pairing.registration is None else PushState.SCANNED
