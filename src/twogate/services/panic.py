"""The panic button, "this was not me": everything that is open ends, what was added lately works no more.

Decides the order of errands, and that all of it is one unit of work. What a thief could have added in the last days
is switched off: second factors and recovery codes; so is what they could have begun: a recovery. The password is
chosen anew at the next sign-in, before anything else opens.
"""

import contextlib

from twogate.rules.factors.contract import Role
from twogate.rules.factors.registry import Registry
from twogate.rules.recovery.letters import in_words
from twogate.rules.recovery.request import RecoveryRules
from twogate.rules.signin.notices import NoticeKind
from twogate.services.api_token_ends import end_tokens
from twogate.services.recovery_ends import RecoveryEnds
from twogate.services.recovery_record import RecoveryRecord
from twogate.services.session_ends import end_sessions
from twogate.store.unit import Conflict, Store, StoreUnavailable, Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy

LATELY = 259_200  # seconds: 72 hours
_MOST_RACES = 5


class Panic:
    """One button."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, *, registry: Registry) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._record = RecoveryRecord(clock, entropy)
        self._ends = RecoveryEnds(clock, entropy, rules=RecoveryRules())

    async def press(self, user: UserId, *, actor: str, caller: Caller) -> int | None:
        """Do it; return the last change, for ``Changes.in_force``."""
        for _ in range(_MOST_RACES):
            with contextlib.suppress(Conflict):  # a recovery was used or stopped at the same moment: look again
                return await self._press(user, actor=actor, caller=caller)
        raise StoreUnavailable("a recovery of this account kept changing")

    async def _press(self, user: UserId, *, actor: str, caller: Caller) -> int | None:
        now = self._clock.now()
        async with self._store.work() as unit:
            found = await unit.users.get(user)
            if found is None:
                return None
            change = await end_sessions(unit, user, actor=actor, caller=caller, at=now)
            change = await end_tokens(unit, user, actor=actor, at=now) or change
            await unit.devices.remove_all(user)
            off = await self._switch_off(unit, user, now)
            for recovery in await unit.recoveries.of_user(user, since=now):
                await self._ends.stop(unit, recovery, actor=actor, caller=caller, mistaken=False)
            await unit.obligations.put(user, Owed.PASSWORD_CHANGE, since=now)
            await self._told(unit, found, off, actor=actor, caller=caller)
            return change

    async def _switch_off(self, unit: Unit, user: UserId, now: Instant) -> int:
        off = 0
        for credential in await unit.credentials.of_user(user):
            factor = self._registry.get(credential.factor)
            old = now.since(credential.created) > LATELY or credential.disabled is not None
            if old or (factor is not None and factor.role is Role.FIRST):
                continue
            await unit.credentials.set_disabled(credential.id, now)
            off += 1
        return off

    async def _told(self, unit: Unit, user: User, off: int, *, actor: str, caller: Caller) -> None:
        event = Event.USER_PANIC_PRESSED
        await self._record.note_about(unit, event, user.id, actor=actor, caller=caller, switched_off=off)
        await self._record.tell(unit, user, NoticeKind.PANIC, what=in_words(LATELY), caller=caller)
