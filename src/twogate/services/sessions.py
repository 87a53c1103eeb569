"""Sessions: start, raise, look up, renew, end.

Decides who is signed in. When a session is over is ``rules.assurance.session_life``. Ending one revokes its grants
and tells every gateway; the returned change number is what ``Changes.in_force`` waits for (None: nothing to tell).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.assurance.session_life import Lifetimes, ends
from twogate.rules.assurance.step_up import youngest
from twogate.services.session_ends import end_session, end_sessions
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.ids import DeviceId, SessionId, UserId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

PREFIX = "tg_se_"
_LONGEST_AGENT = 256


class Holds(Protocol):
    """Whether the operator's conditions on places and hours still hold; ``services.places`` is the real one."""

    async def barred_still(self, unit: Unit, user: UserId, address: str, /) -> Refused | None: ...


class Anywhere:
    """Nobody asks for places or hours."""

    async def barred_still(self, _unit: Unit, _user: UserId, _address: str, /) -> Refused | None:
        return None


class Sessions:
    """What the control plane knows about who is signed in."""

    def __init__(
        self, store: Store, clock: Clock, entropy: Entropy, *, lifetimes: Lifetimes, holds: Holds | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self.lifetimes = lifetimes
        self.holds = holds or Anywhere()

    async def by_secret(self, secret: Secret, *, used_from: str | None = None) -> Session | Refused:
        """Return the live session of a cookie, or SESSION_ENDED. Does not count as use.

        ``used_from``: only if its owner might sign in from this address now.
        """
        async with self._store.read() as unit:
            session = await self._live(unit, secret)
            if isinstance(session, Refused) or used_from is None:
                return session
            return await self.holds.barred_still(unit, session.user, used_from) or session

    async def renew(self, secret: Secret, caller: Caller) -> Session | Refused:
        """Return the live session and count this as use: idle time starts anew.

        A session is not tied to an address (phones change theirs all day), but it goes on only where and when its
        owner might sign in. Whoever is refused has not used it, and it goes on as it was where that is allowed.
        """
        async with self._store.work() as unit:
            session = await self._live(unit, secret)
            if isinstance(session, Refused):
                return session
            barred = await self.holds.barred_still(unit, session.user, caller.address)
            if barred is not None:
                return barred
            now = self._clock.now()
            if not await unit.sessions.touch(session.id, now):
                return Refused(Reason.SESSION_ENDED)
            return replace(session, last_used=max(now, session.last_used))

    async def of_user(self, user: UserId) -> Sequence[Session]:
        """Live sessions, newest first."""
        now = self._clock.now()
        async with self._store.read() as unit:
            return [one for one in await unit.sessions.of_user(user) if not self.over(one, now)]

    async def end(self, session: SessionId, *, actor: str, caller: Caller) -> int | None:
        async with self._store.work() as unit:
            found = await unit.sessions.get(session)
            if found is None:
                return None
            return await end_session(unit, found, actor=actor, caller=caller, at=self._clock.now())

    async def end_others(self, session: Session, *, caller: Caller) -> int | None:
        """End every other session of this one's owner."""
        return await self._end_all(session.user, keep=session.id, actor=session.user, caller=caller)

    async def end_all(self, user: UserId, *, actor: str, caller: Caller) -> int | None:
        """End everything, also grants that hang on no session."""
        return await self._end_all(user, keep=None, actor=actor, caller=caller)

    async def device(self, secret: Secret) -> DeviceId | None:
        """The known device of a device cookie, for ``Caller.device``."""
        async with self._store.read() as unit:
            found = await unit.devices.by_digest(secret.sha256())
            return found.id if found else None

    def over(self, session: Session, now: Instant) -> bool:
        """Whether a session is over, ended or not yet."""
        end = min(session.absolute_end, ends(session.proofs, session.last_used, self.lifetimes))
        return session.ended is not None or now >= end

    async def start(
        self, unit: Unit, user: UserId, proofs: Sequence[Proof], *, device: DeviceId | None, caller: Caller
    ) -> tuple[Session, Secret]:
        """Add a session that rests on these proofs; return it and its cookie's secret."""
        now = self._clock.now()
        worth = add_up(proofs)
        if worth.level is Level.NONE:
            raise ValueError("a session rests on proofs")
        secret = new_secret(PREFIX, self._entropy)
        session = Session(
            id=SessionId(new_id("ses", self._entropy)),
            user=user,
            secret_digest=secret.sha256(),
            proofs=youngest(proofs),
            device=device,
            address=caller.address,
            user_agent=caller.user_agent[:_LONGEST_AGENT],
            created=now,
            last_used=now,
            absolute_end=worth.auth_time.plus(self.lifetimes.of(worth.level).overall),
        )
        await unit.sessions.add(session)
        return session, secret

    async def change_proofs(self, unit: Unit, session: Session, proofs: Sequence[Proof]) -> tuple[Session, Secret]:
        """Put the session on other proofs, under a new secret: the old cookie is dead (fixation).

        Raises ``Conflict`` when the session has ended or was changed meanwhile.
        """
        secret = new_secret(PREFIX, self._entropy)
        changed = replace(session, proofs=youngest(proofs), secret_digest=secret.sha256(), last_used=self._clock.now())
        await unit.sessions.replace(changed)
        return replace(changed, version=session.version + 1), secret

    async def _live(self, unit: Unit, secret: Secret) -> Session | Refused:
        session = await unit.sessions.by_digest(secret.sha256())
        if session is None or self.over(session, self._clock.now()):
            return Refused(Reason.SESSION_ENDED)
        user = await unit.users.get(session.user)
        if user is None or user.blocked is not None:
            return Refused(Reason.SUBJECT_BLOCKED)
        return session

    async def _end_all(self, user: UserId, *, keep: SessionId | None, actor: str, caller: Caller) -> int | None:
        async with self._store.work() as unit:
            return await end_sessions(unit, user, keep=keep, actor=actor, caller=caller, at=self._clock.now())
