"""The end of every step: perform the effect, swap the handle, return the screen; all in the caller's unit of work.

Decides that a step counts once: its handle is swapped for the next by one conditional statement, and whoever comes
second has done nothing.
"""

from dataclasses import replace
from typing import assert_never

import structlog

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.signin import machine
from twogate.rules.signin.event import ChallengesMade, Event, OfferMade, PasswordGiven
from twogate.rules.signin.facts import Accept, Challenge, Check, End, Grant, MakeOffer, Tell
from twogate.rules.signin.state import Purpose
from twogate.services.accounts import Accounts
from twogate.services.aftermath import Aftermath
from twogate.services.challenges import Challenges
from twogate.services.flow_handles import new_handle, sealed
from twogate.services.places import Places, Weighed
from twogate.services.screens import Ended, Finished, Screen, SignedIn
from twogate.services.sessions import Sessions
from twogate.services.sign_in_record import Record
from twogate.services.sign_in_screens import NOTHING, Told, screen
from twogate.services.sign_in_turn import HandleUsed, Turn
from twogate.store.unit import Unit
from twogate.terms.account import Device, User
from twogate.terms.caller import Caller
from twogate.terms.ids import DeviceId, new_id
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

log = structlog.get_logger(__name__)

DEVICE_PREFIX = "tg_dev_"
MOST_DEVICES = 30  # of one account: a program that keeps no device cookie is a new one each time it signs in
_LONGEST_AGENT = 256


class Settle:
    """Performs what the machine decided."""

    def __init__(
        self,
        clock: Clock,
        entropy: Entropy,
        *,
        accounts: Accounts,
        sessions: Sessions,
        record: Record,
        challenges: Challenges,
        places: Places | None = None,
    ) -> None:
        self._clock = clock
        self._entropy = entropy
        self._accounts = accounts
        self._sessions = sessions
        self._record = record
        self._challenges = challenges
        self._places = places
        self._aftermath = Aftermath(clock, entropy, grace=accounts.grace)

    async def __call__(
        self, unit: Unit, turn: Turn, outcome: machine.Outcome, *, told: Told = NOTHING, lenient: bool = False
    ) -> Screen:
        """Return the next screen. ``lenient``: a used handle ends the flow without undoing the unit (a refusal)."""
        barred = self.barred(turn.caller)
        if barred is not None:  # whatever the step was and came to: the answer is the same
            if turn.handle is None and turn.state.purpose is Purpose.SIGN_IN:
                return _turned_away(turn.caller, barred)
            outcome = machine.end(outcome.state, barred)
        turn = replace(turn, state=outcome.state)
        match outcome.effect:
            case None:
                return await self._show(unit, turn, told, lenient=lenient)
            case Tell(refused):
                return await self._show(unit, turn, replace(told, refused=refused), lenient=lenient)
            case MakeOffer(name):
                return await self._offer(unit, turn, name)
            case Challenge(name):
                return await self._challenge(unit, turn, name, lenient=lenient)
            case Grant():
                return await self._grant(unit, turn)
            case End(refused):
                await self._close(unit, turn, lenient=True)
                await self._record.ended(unit, turn, refused)
                return Ended(refused, told.retry_after)
            case Check() | Accept():
                raise RuntimeError("a check is made before a step is settled")
            case _:
                assert_never(outcome.effect)

    def barred(self, caller: Caller) -> Refused | None:
        """Why nobody signs in from where this caller is, if so."""
        return self._places.barred(caller) if self._places else None

    async def typed(self, unit: Unit, turn: Turn, event: Event) -> Turn:
        """Carry on how a password was typed that turned out right."""
        user = turn.loaded.user
        if self._places is None or user is None or not isinstance(event, PasswordGiven):
            return turn
        return replace(turn, state=await self._places.typed(unit, turn.state, user, text=event.typing))

    async def _show(self, unit: Unit, turn: Turn, told: Told, *, lenient: bool) -> Screen:
        handle = new_handle(self._entropy)
        asked = ChallengesMade(self._challenges.fresh(turn.state, turn.loaded))
        turn = replace(turn, state=machine.step(turn.state, asked, turn.loaded.facts).state)
        flow = sealed(turn.state, handle, expires=turn.expires, entropy=self._entropy)
        if turn.handle is None:
            await unit.flows.add(flow)
        elif not await unit.flows.replace(turn.handle.sha256(), flow):
            if not lenient:
                raise HandleUsed
            return Ended(Refused(Reason.FLOW_UNKNOWN, "the handle was used by somebody else meanwhile"))
        return screen(self._accounts, turn.state, turn.loaded, handle=handle, told=told)

    async def _challenge(self, unit: Unit, turn: Turn, name: str, *, lenient: bool) -> Screen:
        asked = await self._challenges.choose(unit, turn, name)
        if isinstance(asked, Refused):
            return await self._show(unit, turn, Told(refused=asked), lenient=lenient)
        outcome = machine.step(turn.state, ChallengesMade(asked), turn.loaded.facts)
        return await self._show(unit, replace(turn, state=outcome.state), NOTHING, lenient=lenient)

    async def _offer(self, unit: Unit, turn: Turn, name: str) -> Screen:
        factor = self._accounts.registry.get(name)
        if factor is None or turn.loaded.user is None:
            raise LookupError(f"no factor is called {name}")
        label = self._accounts.label(turn.loaded.user, turn.loaded.credentials, factor=name)
        begun = factor.offer(label, self._entropy)
        await self._challenges.offered(unit, turn.loaded.user.id, factor, memory=begun.remember)
        outcome = machine.step(turn.state, OfferMade(name, begun.remember), turn.loaded.facts)
        return await self(unit, turn, outcome, told=Told(offer=begun.show))

    async def _grant(self, unit: Unit, turn: Turn) -> Screen:
        user = turn.loaded.user
        if user is None:
            raise LookupError("a session needs a person")
        weighed = await self._weigh(unit, turn, user)
        if isinstance(weighed, machine.Outcome):
            return await self(unit, turn, weighed)
        await self._close(unit, turn, lenient=False)
        if turn.state.purpose is Purpose.STEP_UP:
            return await self._raise(unit, turn, user, weighed=weighed)
        device, device_secret = await self._device(unit, turn, user)
        proofs = turn.state.proofs
        session, secret = await self._sessions.start(unit, user.id, proofs, device=device, caller=turn.caller)
        await self._record.signed_in(unit, turn, session)
        await self._remember(unit, turn, session, weighed=weighed)
        await self._aftermath.signed_in(unit, turn)
        return Finished(
            SignedIn(
                user=user,
                session=session,
                session_secret=secret,
                device_secret=device_secret,
                assurance=add_up(proofs),
                return_to=turn.state.return_to,
                client=turn.state.client,
            )
        )

    async def _raise(self, unit: Unit, turn: Turn, user: User, *, weighed: Weighed | None) -> Screen:
        state = turn.state
        live = await unit.sessions.get(state.session) if state.session else None
        if live is None or self._sessions.over(live, self._clock.now()):
            return Ended(Refused(Reason.SESSION_ENDED))
        session, secret = live, None
        if turn.handle is not None:  # something was asked and answered; a flow that ends as it begins changes nothing
            proofs = [one for one in (*live.proofs, *state.proofs) if turn.loaded.credential(one.credential)]
            session, secret = await self._sessions.change_proofs(unit, live, proofs)
            await self._record.stepped_up(unit, turn, session)
            await self._remember(unit, turn, session, weighed=weighed)
        return Finished(
            SignedIn(
                user=user,
                session=session,
                session_secret=secret,
                device_secret=None,
                assurance=add_up(session.proofs),
                return_to=state.return_to,
                client=state.client,
                stepped_up=True,
            )
        )

    async def _device(self, unit: Unit, turn: Turn, user: User) -> tuple[DeviceId | None, Secret | None]:
        """Recognise the device, or remember it once two factors were shown on it."""
        now = self._clock.now()
        known = turn.loaded.device
        if known is not None:
            await unit.devices.touch(known, now)
            return known, None
        if add_up(turn.state.proofs).level < Level.AAL2:
            return None, None
        secret = new_secret(DEVICE_PREFIX, self._entropy)
        device = DeviceId(new_id("dev", self._entropy))
        agent = turn.caller.user_agent[:_LONGEST_AGENT]
        await unit.devices.add(Device(device, user.id, secret.sha256(), agent, created=now, last_seen=now))
        await unit.devices.keep_newest(user.id, MOST_DEVICES)
        if turn.loaded.devices:
            await self._record.new_device(unit, turn)
        return device, secret

    async def _weigh(self, unit: Unit, turn: Turn, user: User) -> Weighed | machine.Outcome | None:
        """What is to be remembered of where this comes from; or what has to happen instead of a session."""
        if self._places is None or (turn.handle is None and turn.state.purpose is Purpose.STEP_UP):
            return None  # nothing was asked and answered, so nothing happens
        weighed = await self._places.weigh(unit, turn, user)
        if isinstance(weighed, Refused):
            return machine.end(turn.state, weighed)
        if weighed.demanded is Level.NONE:
            return weighed
        outcome = machine.demand(turn.state, weighed.demanded, turn.loaded.facts)
        return weighed if isinstance(outcome.effect, Grant) else outcome

    async def _remember(self, unit: Unit, turn: Turn, session: Session, *, weighed: Weighed | None) -> None:
        if self._places is not None and weighed is not None:
            await self._places.remember(unit, turn, session, weighed=weighed)

    async def _close(self, unit: Unit, turn: Turn, *, lenient: bool) -> None:
        if turn.handle is not None and not await unit.flows.remove(turn.handle.sha256()) and not lenient:
            raise HandleUsed


def _turned_away(caller: Caller, barred: Refused) -> Ended:
    """Nobody is meant yet, so it is no event of anybody's: a line for the operator, not a row that is kept for ever."""
    log.info("sign_in_barred", reason=barred.reason.value, detail=barred.detail, address=caller.address)
    return Ended(barred)
