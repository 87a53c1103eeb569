"""How somebody types their password: compared where they chose it, and learnt from what turned out to be theirs.

Decides when a sample is learnt: after a sign-in with two factors, or one that was not unlike. Nothing is kept of
anybody who has not chosen it, and taking the choice back erases everything.
"""

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.behaviour.typing import Comparison, compare, learn, read_timings
from twogate.rules.signin.state import State
from twogate.store.unit import Store, Unit
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock


async def kept(unit: Unit, user: UserId, text: str) -> str:
    """What of a form's timings may be carried on: nothing, unless their owner chose it and they can be read."""
    if not text or read_timings(text) is None:
        return ""
    return text if await unit.typing.of_user(user) is not None else ""


async def compared(unit: Unit, user: UserId, state: State) -> Comparison | None:
    """Compare with the template, if there is one that says anything."""
    timings = read_timings(state.typing)
    typist = await unit.typing.of_user(user) if timings else None
    return compare(typist.template, timings, of=_password(state)) if typist and timings else None


async def learnt(unit: Unit, user: UserId, state: State, *, unlike: bool, at: Instant) -> None:
    """Add the sample of a sign-in that passed."""
    timings = read_timings(state.typing)
    if timings is None or (unlike and add_up(state.proofs).level < Level.AAL2):
        return
    typist = await unit.typing.of_user(user)
    if typist is not None:
        await unit.typing.replace(typist, learn(typist.template, timings, of=_password(state)), at)


def _password(state: State) -> str:
    """Which credential was typed: the first proof of a flow whose first factor is a password."""
    return state.proofs[0].credential if state.proofs else ""


class TypingChoice:
    """What an owner may choose."""

    def __init__(self, store: Store, clock: Clock, *, offered: bool) -> None:
        self._store = store
        self._clock = clock
        self.offered = offered  # by the operator

    async def samples(self, user: UserId) -> int | None:
        """How many samples there are; None where it was not chosen."""
        async with self._store.read() as unit:
            typist = await unit.typing.of_user(user)
        return None if typist is None else len(typist.template.samples)

    async def concerns(self, user: UserId) -> bool:
        """Whether there is something to choose, or to take back."""
        return self.offered or await self.samples(user) is not None

    async def choose(self, user: UserId) -> bool:
        """Begin; False where the operator does not offer it, or it was chosen before."""
        if not self.offered:
            return False
        now = self._clock.now()
        async with self._store.work() as unit:
            chosen = await unit.typing.choose(user, now)
            if chosen:
                await unit.audit.append(Event.USER_TYPING_CHOSEN, at=now, actor=user, subject=user)
        return chosen

    async def take_back(self, user: UserId) -> bool:
        """End it and erase the template; also where the operator has ceased to offer it."""
        now = self._clock.now()
        async with self._store.work() as unit:
            gone = await unit.typing.remove(user)
            if gone:
                await unit.audit.append(Event.USER_TYPING_ERASED, at=now, actor=user, subject=user)
        return gone
