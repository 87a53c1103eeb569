"""What the first screen waits for: has the phone answered?

Decides only what the holder of a flow's handle may learn about that flow, in one word. It counts as nothing: the
answer is taken when the form is sent.
"""

from enum import StrEnum

from twogate.rules.factors.push.factor import Push
from twogate.rules.signin.state import Purpose
from twogate.services.challenges import remembered
from twogate.services.flow_handles import opened
from twogate.services.push_answers import PushAnswers
from twogate.store.unit import Store
from twogate.terms.ports import Clock
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

_PURPOSES = (Purpose.SIGN_IN, Purpose.STEP_UP)


class PushState(StrEnum):
    """What the page's script is told."""

    NOTHING = "nothing"  # nothing was asked in this flow, or the flow is over
    WAITING = "waiting"
    ANSWERED = "answered"  # send the form: a yes, a no, or too late


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
            state = opened(flow, handle, purposes=_PURPOSES, now=self._clock.now())
            if isinstance(state, Refused):
                return PushState.NOTHING
            asked = remembered(state, Push.name)
            if asked is None:
                return PushState.NOTHING
            answer = await self._answers.answer(unit, asked)
            return PushState.WAITING if answer is None else PushState.ANSWERED
