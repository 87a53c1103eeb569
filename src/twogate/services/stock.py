"""Things with serials on their way to an owner, and servers that vouch for them.

Decides what somebody who sets such an authenticator up is checked against: the thing that waits under the serial they
name, within two budgets of guesses (theirs, and the thing's), or what a validation server says. The question goes out
before the rule is asked, so that the rule stays pure; without an answer it refuses.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from twogate.rules.factors.contract import Factor, FactorState
from twogate.rules.factors.stock import ANSWER, STOCK, Stocked
from twogate.services.budgets import claims_of
from twogate.store.unit import Store, Unit
from twogate.terms.account import Credential
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

CLAIMS = 10  # guesses in a row, by one person or at one thing
CLAIMS_IN_ALL = 100  # at one thing; afterwards only an administrator gives it to somebody
_PATIENCE = 10_000  # by one person, an hour between tens
_HOUR = 3_600


class Validator(Protocol):
    """Somebody outside who knows whether a one-time password is good."""

    async def ask(self, otp: str) -> Passed[dict[str, Any]] | Refused: ...


class Stock:
    """What ``Authenticators`` asks before a rule is asked."""

    def __init__(self, store: Store, clock: Clock, *, validator: Validator | None = None) -> None:
        self._store = store
        self._clock = clock
        self._validator = validator

    async def claimed(
        self, factor: Factor, memory: FactorState, given: Secret, *, owner: UserId
    ) -> FactorState | Refused:
        """What the factor is to find in its memory: the thing somebody says is theirs. A guess is counted first."""
        if not isinstance(factor, Stocked):
            return memory
        serial = factor.claims(memory, given)
        if not serial:
            return memory
        async with self._store.work() as unit:
            if not await self._may_guess(unit, claims_of(owner), cap=_PATIENCE):
                return Refused(Reason.LOCKED, "too many guesses at things that wait for an owner")
            token = await unit.hardware_tokens.get(factor.name, serial)
            waits = token is not None and token.state is not None and not token.reserved and factor.may_take
            if not await self._may_guess(unit, _of_thing(factor.name, serial, waits=waits), cap=CLAIMS_IN_ALL):
                return Refused(Reason.LOCKED, f"too many guesses at {serial}")
        if token is not None:
            return {**memory, STOCK: token.state} if waits else memory
        stand_in = factor.stands_in(given)
        if stand_in is None:
            return memory
        return {**memory, STOCK: stand_in, ANSWER: await self.answered(factor, [stand_in], given, asked=None)}

    async def answered(
        self, factor: Factor, states: Sequence[FactorState], given: Secret, *, asked: FactorState | None
    ) -> FactorState | None:
        """What the factor asked and, where it has to be asked elsewhere, what was answered there."""
        question = factor.consult(states, given) if isinstance(factor, Stocked) else ""
        if not question or self._validator is None:
            return asked
        answer = await self._validator.ask(question)
        if isinstance(answer, Refused):
            return {"otp": question, "refused": answer.reason.value, "detail": answer.detail}
        return answer.value

    async def _may_guess(self, unit: Unit, key: str, *, cap: int) -> bool:
        state = await unit.budgets.reserve(key, now=self._clock.now(), limit=CLAIMS, lock_seconds=_HOUR, cap=cap)
        return state.allowed


async def take(
    unit: Unit, factor: Factor, credential: Credential, *, at: Instant, by_administrator: bool = False
) -> None:
    """The thing that this new authenticator is going to be belongs to its owner from now on.

    Raises:
        Conflict: somebody else was faster, or it is not to be taken by everybody.
    """
    if not isinstance(factor, Stocked):
        return
    thing, waits = (factor.name, factor.identifier(credential.state)), factor.stocked(credential.state)
    if waits:
        await unit.hardware_tokens.take(
            thing, user=credential.user, credential=credential.id, at=at, reserved=by_administrator
        )
    await unit.budgets.clear(claims_of(credential.user))
    await unit.budgets.clear(_of_thing(*thing, waits=waits))


def _of_thing(factor: str, serial: str, *, waits: bool) -> str:
    """What does not wait is counted, too, so that a lock does not tell which serials exist; it is forgotten later."""
    return f"claim:{factor}:{serial}" if waits else f"claim:unknown:{factor}:{serial}"
