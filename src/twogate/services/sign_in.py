"""Sign somebody in, or step a session up: load, decide, check, save.

Decides the order of errands. What is asked for next is ``rules.signin.machine``; whether a proof is good is
``rules.factors``. A proof is checked only after its try was counted in a unit of its own, and counts only after its
credential's next state is saved by compare-and-set.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.factors.contract import Begin, Factor, Role
from twogate.rules.signin import machine
from twogate.rules.signin.event import (
    CodeGiven,
    EnrolmentConfirmed,
    Event,
    FactorEnrolled,
    Given,
    OfferMade,
    PasswordGiven,
    ProofFailed,
    ProofShown,
)
from twogate.rules.signin.facts import Accept, Check
from twogate.rules.signin.names import canonical
from twogate.rules.signin.state import Purpose, State, Step
from twogate.services import budgets
from twogate.services.accounts import Accounts, Loaded
from twogate.services.authenticators import Authenticators, Bad, Good, SetUp, taken
from twogate.services.budgets import Exhausted, Reserved
from twogate.services.challenges import Awaited, Challenges, NothingAwaited, remembered
from twogate.services.connection_proof import proof_from
from twogate.services.flow_handles import opened
from twogate.services.hashing import Seat
from twogate.services.places import Places
from twogate.services.screens import Ended, Screen
from twogate.services.sessions import Sessions
from twogate.services.sign_in_record import Record
from twogate.services.sign_in_screens import Told, screen
from twogate.services.sign_in_settle import Settle
from twogate.services.sign_in_turn import HandleUsed, Turn
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused

_MOST_RACES = 3
_PURPOSES = (Purpose.SIGN_IN, Purpose.STEP_UP)
_TAKEN = ProofFailed(Refused(Reason.ALREADY_ENROLLED, "this authenticator is enrolled already"))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A step whose proof has to be checked outside a unit of work."""

    turn: Turn
    event: Given
    effect: Check | Accept
    reserved: Reserved | None
    ended: list[int]  # changes by which sessions end that rest on an authenticator copied or replaced


class SignIn:
    """The one way in, shared by every door."""

    def __init__(  # noqa: PLR0913  # each is one service, named at the call
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        sessions: Sessions,
        settings: SignInSettings,
        awaited: Awaited | None = None,
        places: Places | None = None,
        refused_everywhere: Callable[[int], Awaitable[object]] | None = None,
    ) -> None:
        """``refused_everywhere``: waits until the gateways have applied a change."""
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._sessions = sessions
        self._settings = settings
        self._refused_everywhere = refused_everywhere
        self._accounts = Accounts(authenticators.registry, settings)
        self._record = Record(clock, entropy)
        registry = authenticators.registry
        self._challenges = Challenges(registry, clock, entropy, awaited=awaited or NothingAwaited())
        self._settle = Settle(
            clock,
            entropy,
            accounts=self._accounts,
            sessions=sessions,
            record=self._record,
            challenges=self._challenges,
            places=places,
        )

    async def begin(
        self,
        *,
        need: Need,
        caller: Caller,
        client: ClientId | None,
        session: Session | None,
        return_to: str,
        hint: str = "",
    ) -> Screen:
        """Open a flow. With a session only what is missing or too old is asked, and the session is upgraded."""
        now = self._clock.now()
        purpose, first = (Purpose.SIGN_IN, Step.FIRST) if session is None else (Purpose.STEP_UP, Step.NEXT)
        state = State(purpose, first, need, now, client=client, return_to=return_to)
        async with self._store.work() as unit:
            if session is None:
                named = canonical(hint)
                state = replace(state, name=named.value if isinstance(named, Passed) else "")
                loaded = self._accounts.nobody(state.name, now)
            else:
                live = await unit.sessions.get(session.id)
                if live is None or live.user != session.user or self._sessions.over(live, now):
                    return Ended(Refused(Reason.SESSION_ENDED))
                loaded = await self._accounts.by_id(unit, live.user, caller=caller, now=now)
                state = self._stepping_up(state, live, loaded)
            turn = Turn(None, state, loaded, caller, expires=now.plus(self._settings.flow_life))
            return await self._settle(unit, turn, machine.begin(state, loaded.facts))

    async def look(self, handle: Secret, caller: Caller) -> Screen:
        """Show the present step again without using up the handle (a page that is reloaded)."""
        return await self._look(handle, caller, Told())

    async def advance(self, handle: Secret, event: Given, caller: Caller) -> Screen:
        """Take one step. The handle is used up, whatever the answer; the screen has the next one."""
        seat = self._authenticators.hashing.seat() if self._slow(event) else None
        if isinstance(seat, Refused):  # nothing was counted, and the handle stays good
            return await self._look(handle, caller, Told(seat, self._authenticators.hashing.retry_after))
        ended: list[int] = []
        with seat or nullcontext():
            try:
                shown = await self._advance(handle, event, caller, seat=seat, ended=ended)
            except HandleUsed:
                return Ended(Refused(Reason.FLOW_UNKNOWN, "the handle was used by somebody else meanwhile"))
        if ended and self._refused_everywhere is not None:
            await self._refused_everywhere(max(ended))
        return shown

    async def _look(self, handle: Secret, caller: Caller, told: Told) -> Screen:
        now = self._clock.now()
        async with self._store.read() as unit:
            state = opened(await unit.flows.get(handle.sha256()), handle, purposes=_PURPOSES, now=now)
            if isinstance(state, Refused):
                return Ended(state)
            loaded = await self._load(unit, state, None, caller=caller)
            return screen(self._accounts, state, loaded, handle=handle, told=told)

    def _slow(self, event: Given) -> bool:
        match event:
            case PasswordGiven() | EnrolmentConfirmed():
                return True
            case CodeGiven(factor=name):
                factor = self._accounts.registry.get(name)
                return factor is None or factor.slow
            case _:
                return False

    async def _advance(
        self, handle: Secret, event: Given, caller: Caller, *, seat: Seat | None, ended: list[int]
    ) -> Screen:
        attempt = await self._reserve(handle, event, caller, ended=ended)
        if not isinstance(attempt, _Attempt):
            return attempt
        for _ in range(_MOST_RACES):
            done = await self._try(attempt, seat)
            if done is not None:
                return done
            attempt = await self._again(attempt)
        return await self._refuse(attempt, Refused(Reason.BUSY, "the credential kept changing"))

    async def _reserve(self, handle: Secret, event: Given, caller: Caller, *, ended: list[int]) -> _Attempt | Screen:
        """The first unit: read the flow, decide, and count the try before anything is checked."""
        now = self._clock.now()
        async with self._store.work() as unit:
            flow = await unit.flows.get(handle.sha256())
            state = opened(flow, handle, purposes=_PURPOSES, now=now)
            if flow is None or isinstance(state, Refused):
                return Ended(state if isinstance(state, Refused) else Refused(Reason.FLOW_UNKNOWN))
            loaded = await self._load(unit, state, event, caller=caller)
            turn = Turn(handle, state, loaded, caller, expires=flow.expires)
            if self._settle.barred(caller):  # before anything is looked at
                return await self._settle(unit, turn, machine.Outcome(state))
            answered = await self._answered(unit, state, event)
            if isinstance(answered, Refused):
                return await self._settle(unit, turn, machine.tell(self._over(state, event, answered), answered))
            event = answered
            outcome = self._malformed(state, event) or machine.step(state, event, loaded.facts)
            turn = replace(turn, state=outcome.state)
            match outcome.effect:
                case Check(factor=name):
                    factor = self._factor(name)
                    reserved = await budgets.reserve(unit, factor, loaded, now=now, settings=self._settings)
                    if isinstance(reserved, Exhausted):
                        return await self._exhausted(unit, turn, reserved, factor=factor)
                    return _Attempt(turn, event, outcome.effect, reserved, ended)
                case Accept():
                    return _Attempt(turn, event, outcome.effect, None, ended)
                case _:
                    return await self._settle(unit, turn, outcome)

    async def _answered(self, unit: Unit, state: State, event: Given) -> Given | Refused:
        """The event as given, or with the answer that came in from elsewhere; nothing is counted before it is there."""
        if isinstance(event, EnrolmentConfirmed):
            came = await self._challenges.confirmed(unit, state, event.code)
            return came if isinstance(came, Refused) else replace(event, code=came)
        if not isinstance(event, CodeGiven):
            return event
        answer = await self._challenges.answer(unit, state, event.factor)
        if answer is None or isinstance(answer, Refused):
            return answer or event
        return replace(event, code=answer)

    def _over(self, state: State, event: Given, refused: Refused) -> State:
        if refused.reason is Reason.ANSWER_AWAITED or not isinstance(event, CodeGiven):
            return state
        return self._challenges.over(state, event.factor)

    async def _try(self, attempt: _Attempt, seat: Seat | None) -> Screen | None:
        """Check outside any unit, then save in one. None: somebody else changed the credential meanwhile."""
        result = await self._compute(attempt, seat)
        if isinstance(result, Refused):
            return await self._refuse(attempt, result)
        if isinstance(result, Bad):
            return await self._refuse(attempt, result.refused, meant=result)
        try:
            async with self._store.work() as unit:
                if isinstance(result, Good):
                    return await self._proved(unit, attempt, result)
                if isinstance(result, Begin):
                    return await self._one_step_more(unit, attempt, result)
                return await self._enrolled(unit, attempt, result)
        except Conflict:
            attempt.ended.clear()
            return None

    async def _compute(self, attempt: _Attempt, seat: Seat | None) -> Good | Bad | SetUp | Begin | Refused:
        turn, effect = attempt.turn, attempt.effect
        factor = self._factor(effect.factor)
        given = proof_from(factor, effect.given, turn.caller)
        if isinstance(effect, Check):
            wanted = [turn.loaded.credential(one) for one in effect.credentials]
            return await self._authenticators.check(
                factor,
                [one for one in wanted if one],
                given,
                asked=remembered(turn.state, factor.name),
                seat=seat,
            )
        user = turn.loaded.user
        spare = any(one.role is Role.RECOVERY and one.usable for one in turn.loaded.facts.enrolled)
        label = self._accounts.label(user) if user and (turn.state.recovering or not spare) else None
        owner, memory = user.id if user else None, turn.state.memory
        return await self._authenticators.accept(factor, memory, given, owner=owner, recovery_for=label, seat=seat)

    async def _proved(self, unit: Unit, attempt: _Attempt, good: Good) -> Screen:
        turn = attempt.turn
        taken_back = await self._challenges.used(unit, turn.state, good.credential.factor)
        if taken_back is not None:
            state = self._challenges.over(turn.state, good.credential.factor)
            outcome = machine.step(state, ProofFailed(taken_back), turn.loaded.facts)
            return await self._settle(unit, turn, outcome, lenient=True)
        await self._authenticators.save(unit, good)
        if attempt.reserved is not None:
            await unit.budgets.succeed(attempt.reserved.key)
        loaded = await self._load(unit, turn.state, attempt.event, caller=turn.caller)
        turn = await self._settle.typed(unit, replace(turn, loaded=loaded), attempt.event)
        await self._record.proof_passed(unit, loaded, good, caller=turn.caller)
        return await self._settle(unit, turn, machine.step(turn.state, ProofShown(good.proof), loaded.facts))

    async def _enrolled(self, unit: Unit, attempt: _Attempt, made: SetUp) -> Screen:
        turn = attempt.turn
        before = await self._load(unit, turn.state, attempt.event, caller=turn.caller)
        still = machine.step(turn.state, attempt.event, before.facts)
        if not isinstance(still.effect, Accept) or before.user is None:
            return await self._settle(unit, replace(turn, loaded=before), still)
        if await taken(unit, made):
            return await self._settle(unit, turn, machine.step(turn.state, _TAKEN, before.facts), lenient=True)
        bound = await self._authenticators.add(unit, before.user, made, after=turn.state.proofs, caller=turn.caller)
        attempt.ended.extend(bound.ended)
        turn = replace(turn, loaded=await self._load(unit, turn.state, attempt.event, caller=turn.caller))
        event = FactorEnrolled(bound.proof, codes=made.recovery is not None)
        told = Told(codes=made.recovery.show.codes if made.recovery else ())
        return await self._settle(unit, turn, machine.step(turn.state, event, turn.loaded.facts), told=told)

    async def _one_step_more(self, unit: Unit, attempt: _Attempt, begin: Begin) -> Screen:
        """A new factor wants something else before it is set up: a code was sent."""
        turn, factor = attempt.turn, self._factor(attempt.effect.factor)
        if turn.loaded.user is None:
            raise LookupError("a factor needs a person")
        refused = await self._challenges.send(unit, turn.loaded.user.id, begin.send, sends=factor.sends)
        if refused is not None:
            return await self._settle(unit, turn, machine.tell(turn.state, refused))
        outcome = machine.step(turn.state, OfferMade(factor.name, begin.remember), turn.loaded.facts)
        return await self._settle(unit, turn, outcome, told=Told(offer=begin.show))

    async def _refuse(self, attempt: _Attempt, refused: Refused, *, meant: Bad | None = None) -> Screen:
        turn, reserved = attempt.turn, attempt.reserved
        async with self._store.work() as unit:
            factor = self._factor(attempt.effect.factor)
            await self._record.proof_refused(unit, turn.loaded, refused, factor=factor, caller=turn.caller)
            turn = await self._distrust(unit, attempt, meant)
            wait = None
            if reserved is not None and (reserved.last or reserved.closes):
                await self._record.lock_began(unit, turn.loaded, factor, closes=reserved.closes, caller=turn.caller)
                wait = None if reserved.closes else self._settings.lock
            state = self._challenges.over(turn.state, factor.name)
            outcome = machine.step(state, ProofFailed(refused), turn.loaded.facts)
            return await self._settle(unit, turn, outcome, told=Told(retry_after=wait), lenient=True)

    async def _distrust(self, unit: Unit, attempt: _Attempt, meant: Bad | None) -> Turn:
        """An authenticator that seems to have been copied proves nothing any more."""
        turn, user = attempt.turn, attempt.turn.loaded.user
        if meant is None or meant.credential is None or user is None:
            return turn
        if meant.refused.reason is not Reason.AUTHENTICATOR_CLONED:
            return turn
        if turn.handle is None or await unit.flows.get(turn.handle.sha256()) is None:
            return turn  # the same answer sent twice at once: its twin was taken and moved the counter on
        attempt.ended.extend(await self._authenticators.disable(unit, user, meant.credential, caller=turn.caller))
        return replace(turn, loaded=await self._load(unit, turn.state, None, caller=turn.caller))

    async def _exhausted(self, unit: Unit, turn: Turn, exhausted: Exhausted, *, factor: Factor) -> Screen:
        await self._record.proof_refused(unit, turn.loaded, exhausted.refused, factor=factor, caller=turn.caller)
        outcome = machine.step(turn.state, ProofFailed(exhausted.refused), turn.loaded.facts)
        return await self._settle(unit, turn, outcome, told=Told(retry_after=exhausted.retry_after), lenient=True)

    async def _again(self, attempt: _Attempt) -> _Attempt:
        """After a lost race: the same step with the credentials as they are now."""
        turn = attempt.turn
        async with self._store.read() as unit:
            loaded = await self._load(unit, turn.state, attempt.event, caller=turn.caller)
        return replace(attempt, turn=replace(turn, loaded=loaded))

    async def _load(self, unit: Unit, state: State, event: Event | None, *, caller: Caller) -> Loaded:
        now = self._clock.now()
        if state.user is not None:
            return await self._accounts.by_id(unit, state.user, caller=caller, now=now)
        if isinstance(event, CodeGiven):
            return await self._found(unit, state, event, caller=caller)
        named = canonical(event.name) if isinstance(event, PasswordGiven) else None
        if not isinstance(named, Passed):
            return self._accounts.nobody(state.name, now)
        return await self._accounts.by_name(unit, named.value, caller=caller, now=now)

    async def _found(self, unit: Unit, state: State, event: CodeGiven, *, caller: Caller) -> Loaded:
        """The account that a proof names by itself (a passkey)."""
        now, factor = self._clock.now(), self._accounts.registry.get(event.factor)
        called = factor.addressed(event.code) if factor is not None and factor.discoverable else ""
        if not called:
            return self._accounts.nobody(state.name, now)
        found = await unit.credentials.by_identifier(event.factor, called)
        if found is None:
            return self._accounts.nobody(called, now)
        return await self._accounts.by_id(unit, found.user, caller=caller, now=now)

    def _malformed(self, state: State, event: Given) -> machine.Outcome | None:
        """A name that can be no name is refused before anything is counted: nobody has it."""
        if state.step is not Step.FIRST or not isinstance(event, PasswordGiven):
            return None
        named = canonical(event.name)
        return machine.tell(state, named) if isinstance(named, Refused) else None

    def _stepping_up(self, state: State, live: Session, loaded: Loaded) -> State:
        """Proofs older than the level's overall limit are too old, whatever the rule says."""
        need = state.need
        overall = self._sessions.lifetimes.of(max(need.level, Level.AAL1)).overall
        limit = overall if need.max_age is None else min(need.max_age, overall)
        return replace(
            state,
            need=replace(need, max_age=limit),
            name=loaded.name,
            user=live.user,
            session=live.id,
            proofs=live.proofs,
        )

    def _factor(self, name: str) -> Factor:
        factor = self._accounts.registry.get(name)
        if factor is None:
            raise LookupError(f"no factor is called {name}")
        return factor
