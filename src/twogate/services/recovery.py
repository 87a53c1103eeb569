"""The way back that people ask for themselves: told to the owner at once, waiting, stopped or finished.

Decides the order of errands; what may happen is ``rules.recovery``. The door only writes down what was typed, the same
few bytes for every name: whether anybody is called that is looked up later, beside the requests. So an answer, and the
time it takes, cannot tell.
"""

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from twogate.rules.recovery.letters import asked_letter, in_words
from twogate.rules.recovery.request import Holder, open_time_lock
from twogate.rules.signin.names import canonical
from twogate.rules.signin.notices import NoticeKind
from twogate.services import budgets
from twogate.services.accounts import Accounts
from twogate.services.authenticators import Authenticators, SetUp
from twogate.services.hashing import Seat
from twogate.services.recovery_ends import KEEP_PASS, RecoveryEnds
from twogate.services.recovery_record import RecoveryRecord
from twogate.services.session_ends import end_sessions
from twogate.settings.recovery import RecoverySettings
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Conflict, Store, StoreUnavailable, Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import RecoveryId, UserId, new_id
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import SENTENCE, Reason
from twogate.terms.recovery import Ask, Lost, Recovery
from twogate.terms.secret import Secret, new_secret
from twogate.terms.translation import known
from twogate.terms.undo import Concerned
from twogate.terms.verdict import Passed, Refused

EVERY = 1.0  # seconds between two looks at what waits
STOP_PREFIX = "tg_rc_"
_LONGEST_AGENT = 256
_WITHOUT_END = 2**31
_SILENT = (Reason.RECOVERY_OPEN, Reason.RECOVERY_TOO_SOON)  # the owner was told before
_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Asked too often; come back later."""

    refused: Refused
    retry_after: int


@dataclass(frozen=True, slots=True)
class PasswordRecovered:
    """A new password is in force; ``change`` is for ``Changes.in_force``."""

    user: User
    change: int | None


class RecoverAccount:
    """What the recovery pages call, and what runs beside them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        settings: RecoverySettings,
        sign_in: SignInSettings,
        public_url: Callable[[], str],
        mails: bool = True,
    ) -> None:
        """``mails``: whether a mail server is set up; without one nobody gets a secret."""
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._settings = settings
        self._public_url = public_url
        self._mails = mails
        self._accounts = Accounts(authenticators.registry, sign_in)
        self._record = RecoveryRecord(clock, entropy)
        self._ends = RecoveryEnds(clock, entropy, rules=settings.rules)

    # ---- at the door
    async def ask(self, name: str, lost: Lost, caller: Caller) -> Refused | Wait | None:
        """Write down that somebody asked. Nothing here depends on whether anybody is called that."""
        if not self._settings.self_service:
            return Refused(Reason.NOT_SUPPORTED)
        named = canonical(name)
        if isinstance(named, Refused):
            return named
        now = self._clock.now()
        digest = hashlib.sha256(f"{lost}\x00{named.value}".encode()).hexdigest()
        agent = caller.user_agent[:_LONGEST_AGENT]
        async with self._store.work() as unit:
            wait = await self._too_often(unit, caller, now)
            if wait is None:
                ask = Ask(digest, named.value, lost, caller.address, agent, caller.request_id, now)
                await unit.recovery_asks.add(ask)
            return wait

    async def stop_by_link(self, secret: Secret, caller: Caller) -> Passed[Recovery] | Refused:
        """Whoever holds the secret of the notice stops it. A link takes away only: what is switched off stays off."""
        async with self._store.read() as unit:
            found = await unit.recoveries.by_cancel(secret.sha256())
        if found is None:
            return Refused(Reason.RECOVERY_UNKNOWN)
        return await self._stop(found.id, actor="link", caller=caller, mistaken=False)

    async def stop(self, user: UserId, *, actor: str, caller: Caller) -> Passed[Recovery] | Refused:
        """The owner stops it from where they are signed in, or an administrator does for them."""
        found = await self.open_of(user)
        if found is None:
            return Refused(Reason.RECOVERY_OVER)
        return await self._stop(found.id, actor=actor, caller=caller)

    async def open_of(self, user: UserId) -> Recovery | None:
        """The one under way."""
        async with self._store.read() as unit:
            found = await unit.recoveries.of_user(user, since=self._clock.now())
            return next((one for one in found if one.stage.open), None)

    async def new_password(self, secret: Secret, wanted: Secret, caller: Caller) -> Passed[PasswordRecovered] | Refused:
        """Use the secret for a new password. Factors stay as they are. A password that may not be uses nothing up."""
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return seat
        with seat:
            async with self._store.read() as unit:
                found = await unit.recoveries.by_secret(secret.sha256())
                user = await unit.users.get(found.user) if found else None
            if found is None or user is None or not found.stage.open or user.blocked is not None:
                return Refused(Reason.RECOVERY_UNKNOWN)
            made = await self._made(user, wanted, seat)
            if isinstance(made, Refused):
                return made
            try:
                async with self._store.work() as unit:
                    return await self._put_password(unit, found.id, secret, made=made, caller=caller)
            except Conflict:
                return Refused(Reason.RECOVERY_UNKNOWN, "used by somebody else at the same time")

    # ---- beside the requests
    async def run(self) -> None:
        """Look for ever at what was asked and what is due."""
        while True:
            try:
                await self.tick()
            except StoreUnavailable:
                await self._clock.sleep(EVERY)
            await self._clock.sleep(EVERY)

    async def tick(self) -> int:
        """Look once; return how much there was to do."""
        now = self._clock.now()
        async with self._store.read() as unit:
            asked = await unit.recovery_asks.any()
            due = [one.id for one in await unit.recoveries.due(now)]
            passes = [*await unit.recovery_passes.out(), *await unit.recovery_passes.over(now.plus(-KEEP_PASS))]
        done = len(due)
        if passes:
            with contextlib.suppress(Conflict):  # somebody else moved one at the same time; look again
                async with self._store.work() as unit:
                    await self._ends.used_passes(unit)
        while asked:
            asked = await self._look_at_one()
            done += asked
        for recovery in due:
            await self._time_passed(recovery)
        return done

    async def _look_at_one(self) -> bool:
        async with self._store.work() as unit:
            asks = await unit.recovery_asks.take(limit=1)
            for ask in asks:
                await self._opened(unit, ask)
            return bool(asks)

    async def _opened(self, unit: Unit, ask: Ask) -> None:
        caller = Caller(ask.address, ask.user_agent, ask.request_id)
        user = await unit.users.by_name(ask.name)
        if user is None:
            unknown = f"unknown:{hashlib.sha256(ask.name.encode()).hexdigest()[:24]}"
            await self._refused(unit, unknown, Refused(Reason.NOT_FOUND), ask=ask, caller=caller)
            return
        now, rules = self._clock.now(), self._settings.rules
        await unit.alone(f"recovery of {user.id}")
        earlier = tuple(await unit.recoveries.of_user(user.id, since=now.plus(-rules.apart)))
        name = RecoveryId(new_id("rcv", self._entropy))
        verdict = open_time_lock(
            name,
            replace(holder_of(user), mail=bool(user.email) and self._mails),
            ask.lost,
            earlier=earlier,
            rules=rules,
            now=now,
        )
        if isinstance(verdict, Refused):
            await self._refused(unit, user.id, verdict, ask=ask, caller=caller)
            await self._tell_refused(unit, user, verdict, caller=caller, now=now)
            return
        secret = new_secret(STOP_PREFIX, self._entropy)
        opened = replace(verdict.value, address=ask.address, user_agent=ask.user_agent, cancel_digest=secret.sha256())
        await unit.recoveries.add(opened)
        await self._record.note(unit, Event.USER_RECOVERY_ASKED, opened, actor="anybody", caller=caller)
        await self._record.tell_by_letter(
            unit,
            user,
            NoticeKind.RECOVERY_ASKED,
            letter=asked_letter(
                opened, to=user.email, secret=secret, public_url=self._public_url(), language=known(user.language)
            ),
            what=in_words(opened.due.since(now)),
            caller=caller,
            life=max(rules.wait, rules.life),
        )

    async def _refused(self, unit: Unit, subject: str, refused: Refused, *, ask: Ask, caller: Caller) -> None:
        await self._record.note_about(
            unit,
            Event.USER_RECOVERY_REFUSED,
            subject,
            actor="anybody",
            caller=caller,
            reason=refused.reason.value,
            detail=refused.detail,
            lost=ask.lost.value,
        )

    async def _tell_refused(self, unit: Unit, user: User, refused: Refused, *, caller: Caller, now: Instant) -> None:
        """Once a day at most: whoever asks every minute must not fill the owner's portal."""
        if refused.reason in _SILENT:
            return
        if await unit.obligations.remind(user.id, Owed.RECOVERY_REFUSED, at=now, every=_A_DAY):
            what = SENTENCE[refused.reason]
            await self._record.tell(unit, user, NoticeKind.RECOVERY_REFUSED, what=what, caller=caller)

    async def _time_passed(self, recovery: RecoveryId) -> None:
        try:
            async with self._store.work() as unit:
                found = await unit.recoveries.get(recovery)
                if found is not None:
                    await self._ends.time_passed(unit, found, public_url=self._public_url())
        except Conflict:
            return  # another process, or its owner, was there first

    async def _stop(
        self, recovery: RecoveryId, *, actor: str, caller: Caller, mistaken: bool = True
    ) -> Passed[Recovery] | Refused:
        try:
            async with self._store.work() as unit:
                found = await unit.recoveries.get(recovery)
                if found is None:
                    return Refused(Reason.RECOVERY_UNKNOWN)
                return await self._ends.stop(unit, found, actor=actor, caller=caller, mistaken=mistaken)
        except Conflict:
            return Refused(Reason.RECOVERY_OVER, "moved by somebody else at the same time")

    async def _made(self, user: User, wanted: Secret, seat: Seat) -> SetUp | Refused:
        return await self._authenticators.make_first(self._accounts.label(user), wanted, seat=seat)

    async def _put_password(
        self, unit: Unit, recovery: RecoveryId, secret: Secret, *, made: SetUp, caller: Caller
    ) -> Passed[PasswordRecovered] | Refused:
        found = await unit.recoveries.get(recovery)
        user = await unit.users.get(found.user) if found else None
        if found is None or user is None or user.blocked is not None or found.secret_digest != secret.sha256():
            return Refused(Reason.RECOVERY_UNKNOWN)
        used = await self._ends.use(unit, found, actor=user.id, caller=caller)
        if isinstance(used, Refused):
            return Refused(Reason.RECOVERY_UNKNOWN, used.detail)
        now = self._clock.now()
        proof = await self._authenticators.put_first(unit, user, made)
        await unit.budgets.clear(budgets.key_of(self._accounts.registry.first, user.id, None))
        await unit.devices.remove_all(user.id)
        change = await end_sessions(unit, user.id, actor=user.id, caller=caller, at=now)
        event = Event.USER_PASSWORD_CHANGED
        await self._record.note_about(unit, event, user.id, actor=user.id, caller=caller, recovery=found.id)
        about = Concerned(added=proof.credential)
        await self._record.tell(unit, user, NoticeKind.PASSWORD_CHANGED, caller=caller, about=about)
        return Passed(PasswordRecovered(user, change))

    async def _too_often(self, unit: Unit, caller: Caller, now: Instant) -> Wait | None:
        key = f"recovery_ask:unknown:{caller.neighbourhood}"  # forgotten like budgets of unknown names
        state = await unit.budgets.reserve(
            key, now=now, limit=self._settings.asks, lock_seconds=self._settings.asks_wait, cap=_WITHOUT_END
        )
        if state.allowed:
            return None
        left = state.locked_until.since(now) if state.locked_until else self._settings.asks_wait
        return Wait(Refused(Reason.TOO_OFTEN), max(1, round(left)))


def holder_of(user: User) -> Holder:
    """The account as the rules want to see it. An address is set by an administrator or confirmed: it is verified."""
    return Holder(user.id, mail=bool(user.email), blocked=user.blocked is not None, enrolled_once=user.enrolled_once)
