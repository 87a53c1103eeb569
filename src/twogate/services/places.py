"""From where and when somebody signs in: held to the operator's conditions, compared with before, remembered.

Decides the order: what holds for everybody is asked before anything else, so that it tells nothing of any account;
what holds for a group, what a device claims and what is unusual only once all proofs were shown. A fact is told in
audit and activity; it bars nobody unless the operator wished it.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from twogate.rules.assurance.level import Level
from twogate.rules.place.conditions import Where, refusal, refusal_of_member
from twogate.rules.place.device_claim import narrowed
from twogate.rules.risk.facts import Answer, Found, RiskFact, Situation, strictest
from twogate.rules.risk.signals import weigh
from twogate.rules.signin.notices import NoticeKind
from twogate.rules.signin.state import Purpose, State
from twogate.services import typing
from twogate.services.notices import tell
from twogate.services.sign_in_turn import Turn
from twogate.settings.places import PlaceSettings
from twogate.settings.risk import RiskSettings
from twogate.store.unit import Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import UserId, new_id
from twogate.terms.place import Place, Sighting
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

log = structlog.get_logger(__name__)

_EARLIER = 50  # sign-ins that a new one is compared with
_TOLD = (RiskFact.IMPOSSIBLE_TRAVEL, RiskFact.NEW_COUNTRY)  # a new device has a notice of its own


class Looks(Protocol):
    """Looks addresses up; ``outside.geo`` is the real one."""

    def where(self, text: str) -> Where: ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sign-in that may go on, what is unusual about it, and the level that is wanted because of that."""

    where: Where
    found: tuple[Found, ...] = ()
    demanded: Level = Level.NONE

    @property
    def unlike(self) -> bool:
        return any(one.fact is RiskFact.TYPING_UNLIKE for one in self.found)


class Places:
    """The one hook of a sign-in for places, hours, journeys and typing."""

    def __init__(
        self, looks: Looks, clock: Clock, entropy: Entropy, *, places: PlaceSettings, risk: RiskSettings
    ) -> None:
        self._looks = looks
        self._clock = clock
        self._entropy = entropy
        self._rules = places.rules
        self._areas = places.claimed_areas
        self._area_needed = places.area_needed
        self._risk = risk

    def barred(self, caller: Caller) -> Refused | None:
        """Why nobody signs in from here now, if so: nothing about any account goes into the answer."""
        return refusal(self._rules.everybody, self._looks.where(caller.address), self._clock.now())

    async def barred_still(self, unit: Unit, user: UserId, address: str, /) -> Refused | None:
        """Why this person's session does not go on from there now, if so: what holds for all, and for their groups.

        What a device claims is asked at a sign-in only: a renewal runs no script that could ask the device.
        """
        where = self._looks.where(address)
        barred = refusal(self._rules.everybody, where, self._clock.now()) or await self._member(unit, user, where)
        if barred is not None:
            log.info("session_barred", reason=barred.reason.value, detail=barred.detail, user=user)
        return barred

    async def typed(self, unit: Unit, state: State, user: User, *, text: str) -> State:
        """Carry on how the password was typed, where its owner chose that."""
        text = await typing.kept(unit, user.id, text) if self._risk.typing else ""
        return replace(state, typing=text) if text or state.typing else state

    async def weigh(self, unit: Unit, turn: Turn, user: User) -> Weighed | Refused:
        """Hold a sign-in that has shown all its proofs to what concerns this person and this device."""
        where = self._looks.where(turn.caller.address)
        barred = await self._member(unit, user.id, where) or narrowed(
            self._areas, turn.caller.position, needed=self._area_needed
        )
        if barred is not None:
            return barred
        found = weigh(await self._situation(unit, turn, user, place=where.place), self._risk.travel)
        match strictest(found, self._risk.wishes):
            case Answer.DENY:
                await self._tell_owner(unit, turn, user, weighed=Weighed(where, found))
                return Refused(Reason.RISK_REFUSED, _spell(found))
            case Answer.STEP_UP:
                return Weighed(where, found, self._risk.stronger)
            case _:
                return Weighed(where, found)

    async def remember(self, unit: Unit, turn: Turn, session: Session, *, weighed: Weighed) -> None:
        """Write down a sign-in that passed, and tell what is unusual about it."""
        user, now = turn.loaded.user, self._clock.now()
        if user is None:
            return
        names = tuple(one.fact.value for one in weighed.found)
        sighting = Sighting(
            id=new_id("plc", self._entropy),
            user=user.id,
            session=session.id,
            at=now,
            address=turn.caller.address,
            place=weighed.where.place,
            device=session.device,
            facts=names,
        )
        await unit.places.add(sighting)
        await typing.learnt(unit, user.id, turn.state, unlike=weighed.unlike, at=now)
        if weighed.found:
            await self._tell_owner(unit, turn, user, weighed=weighed)

    async def _member(self, unit: Unit, user: UserId, where: Where) -> Refused | None:
        if not self._rules.groups:
            return None
        groups = await unit.memberships.of_user(user)
        return refusal_of_member(self._rules, groups, where, now=self._clock.now())

    async def _situation(self, unit: Unit, turn: Turn, user: User, *, place: Place) -> Situation:
        """A session that is stepped up has its device; only one that starts can be on a new one."""
        starts = turn.state.purpose is Purpose.SIGN_IN
        return Situation(
            at=self._clock.now(),
            place=place,
            earlier=tuple(await unit.places.of_user(user.id, limit=_EARLIER)),
            device_known=turn.loaded.device is not None or not starts,
            other_devices=len(turn.loaded.devices),
            typing=await typing.compared(unit, user.id, turn.state) if turn.state.typing else None,
        )

    async def _tell_owner(self, unit: Unit, turn: Turn, user: User, *, weighed: Weighed) -> None:
        now, caller = self._clock.now(), turn.caller
        await unit.audit.append(
            Event.USER_SIGN_IN_UNUSUAL,
            at=now,
            actor=user.id,
            subject=user.id,
            request_id=caller.request_id,
            address=caller.address,
            facts={one.fact.value: one.detail for one in weighed.found},
        )
        if any(one.fact in _TOLD for one in weighed.found):
            place = weighed.where.place
            what = ", ".join(part for part in (place.city, place.country) if part)
            await tell(unit, user, NoticeKind.UNUSUAL_PLACE, what=what, at=now, caller=caller, entropy=self._entropy)


def _spell(found: tuple[Found, ...]) -> str:
    return "; ".join(f"{one.fact.value}: {one.detail}" for one in found)
