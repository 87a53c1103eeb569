"""Change one's own password: the present one is asked for, whatever the session has proved (OWASP ASVS 6.2.3).

Decides the order of errands. Afterwards other sessions and known devices are gone, and this session goes on under a
new secret.
"""

from dataclasses import dataclass

from twogate.rules.factors.contract import Factor
from twogate.rules.signin.notices import NoticeKind
from twogate.services import budgets
from twogate.services.accounts import Accounts, Loaded
from twogate.services.authenticators import Authenticators, Bad, Good, SetUp
from twogate.services.budgets import Exhausted, Reserved
from twogate.services.hashing import Seat
from twogate.services.notices import tell
from twogate.services.owner_standing import OwnerStanding
from twogate.services.session_ends import end_sessions
from twogate.services.sessions import Sessions
from twogate.services.sign_in_record import Record
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.undo import Concerned
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """Done. The session has a new secret; ``change`` is for ``Changes.in_force``."""

    session: Session
    session_secret: Secret
    change: int | None


@dataclass(frozen=True, slots=True)
class NotChanged:
    """Not done, and when it is worth trying again."""

    refused: Refused
    retry_after: int | None = None


class OwnPassword:
    """What the account page calls. The session must be live: ``Sessions.by_secret``."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        sessions: Sessions,
        settings: SignInSettings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._sessions = sessions
        self._settings = settings
        self._accounts = Accounts(authenticators.registry, settings)
        self._may = OwnerStanding(clock, accounts=self._accounts, sessions=sessions, settings=settings)
        self._record = Record(clock, entropy)

    async def change(
        self, session: Session, *, present: Secret, wanted: Secret, caller: Caller
    ) -> PasswordChanged | NotChanged:
        """Check the present password within its budget, then set the new one."""
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return NotChanged(seat, self._authenticators.hashing.retry_after)
        with seat:
            return await self._change(session, present=present, wanted=wanted, caller=caller, seat=seat)

    async def _change(
        self, session: Session, *, present: Secret, wanted: Secret, caller: Caller, seat: Seat
    ) -> PasswordChanged | NotChanged:
        factor = self._accounts.registry.first
        async with self._store.work() as unit:
            standing = await self._may.to_change(unit, session, caller)
            if isinstance(standing, Refused):
                return NotChanged(standing)
            loaded = standing.loaded
            reserved = await budgets.reserve(unit, factor, loaded, now=self._clock.now(), settings=self._settings)
        if isinstance(reserved, Exhausted):
            return NotChanged(reserved.refused, reserved.retry_after)
        mine = [one for one in loaded.credentials if one.factor == factor.name]
        good = await self._authenticators.check(factor, mine, present, seat=seat)
        if isinstance(good, Bad):
            return await self._wrong(loaded, factor, reserved, refused=good.refused, caller=caller)
        made = await self._authenticators.make_first(self._accounts.label(standing.user), wanted, seat=seat)
        return await self._save(session, good, made, key=reserved.key, caller=caller)

    async def _save(
        self, session: Session, good: Good, made: SetUp | Refused, *, key: str, caller: Caller
    ) -> PasswordChanged | NotChanged:
        now = self._clock.now()
        try:
            async with self._store.work() as unit:
                standing = await self._may.to_change(unit, session, caller)
                if isinstance(standing, Refused):
                    return NotChanged(standing)
                await self._authenticators.save(unit, good)
                await unit.budgets.succeed(key)
                if isinstance(made, Refused):
                    return NotChanged(made)
                user, live = standing.user, standing.session
                fresh = await self._authenticators.put_first(unit, user, made)
                proofs = [one for one in live.proofs if one.credential != good.credential.id]
                changed, secret = await self._sessions.change_proofs(unit, live, [*proofs, fresh])
                await unit.devices.remove_all(user.id)
                number = await end_sessions(unit, user.id, keep=live.id, actor=user.id, caller=caller, at=now)
                await self._note(unit, user, caller, about=Concerned(added=fresh.credential))
                return PasswordChanged(changed, secret, number)
        except Conflict:
            return NotChanged(Refused(Reason.SESSION_ENDED, "the password or the session changed meanwhile"))

    async def _wrong(
        self, loaded: Loaded, factor: Factor, reserved: Reserved, *, refused: Refused, caller: Caller
    ) -> NotChanged:
        async with self._store.work() as unit:
            await self._record.proof_refused(unit, loaded, refused, factor=factor, caller=caller)
            if reserved.last or reserved.closes:
                await self._record.lock_began(unit, loaded, factor, closes=reserved.closes, caller=caller)
        return NotChanged(refused, self._settings.lock if reserved.last else None)

    async def _note(self, unit: Unit, user: User, caller: Caller, *, about: Concerned) -> None:
        now = self._clock.now()
        await unit.audit.append(
            Event.USER_PASSWORD_CHANGED,
            at=now,
            actor=user.id,
            subject=user.id,
            request_id=caller.request_id,
            address=caller.address,
        )
        kind = NoticeKind.PASSWORD_CHANGED
        await tell(unit, user, kind, at=now, caller=caller, entropy=self._entropy, about=about)
