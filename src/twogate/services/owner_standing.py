"""Whether the owner of a session may change something of their account at this moment.

Decides that the session is alive, the account is not blocked, and the proofs that still stand are strong and fresh
enough. How strong, is ``rules.signin.upkeep``; what is changed, is for the errand that asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from twogate.rules.signin import upkeep
from twogate.services.accounts import Accounts, Loaded
from twogate.services.sessions import Sessions
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class Standing:
    """A live session whose proofs are good enough, and the account as it is now."""

    session: Session  # its proofs are those that still stand
    user: User
    loaded: Loaded


class OwnerStanding:
    """Asked in the very unit of work that makes the change."""

    def __init__(self, clock: Clock, *, accounts: Accounts, sessions: Sessions, settings: SignInSettings) -> None:
        self._clock = clock
        self._accounts = accounts
        self._sessions = sessions
        self._fresh = settings.fresh

    async def to_change(self, unit: Unit, session: Session, caller: Caller) -> Standing | Refused:
        """Enough for any change."""
        return await self._standing(unit, session, caller, refuse=upkeep.refuse_change)

    async def to_add(self, unit: Unit, session: Session, caller: Caller) -> Standing | Refused:
        """Enough for one factor more, which a recovery code beside a first factor allows too, and room for it."""
        standing = await self._standing(unit, session, caller, refuse=upkeep.refuse_addition)
        if isinstance(standing, Refused):
            return standing
        return upkeep.refuse_number(standing.loaded.facts) or standing

    async def _standing(
        self, unit: Unit, session: Session, caller: Caller, *, refuse: Callable[..., Refused | None]
    ) -> Standing | Refused:
        now = self._clock.now()
        live = await unit.sessions.get(session.id)
        loaded = await self._accounts.by_id(unit, session.user, caller=caller, now=now)
        if live is None or loaded.user is None or self._sessions.over(live, now):
            return Refused(Reason.SESSION_ENDED)
        if loaded.user.blocked is not None:
            return Refused(Reason.SUBJECT_BLOCKED)
        live = replace(live, proofs=loaded.standing(live.proofs))
        return refuse(live.proofs, loaded.facts, fresh=self._fresh) or Standing(live, loaded.user, loaded)
