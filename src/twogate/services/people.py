"""Accounts, as an administrator looks after them.

Decides the order of errands. An administrator never sees a factor's secret, and never lets somebody in without one:
what a reset hands out are single-use recovery codes, beside which the password is still asked for.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from twogate.rules.factors.contract import Account, Role
from twogate.rules.signin.look_alikes import refuse_scripts, skeleton
from twogate.rules.signin.names import canonical
from twogate.rules.signin.notices import NoticeKind
from twogate.services import budgets
from twogate.services.authenticators import Authenticators, SetUp
from twogate.services.notices import tell
from twogate.services.session_ends import end_sessions
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import UserId, new_id
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_MAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,189}")
_PASSWORD_BYTES = 10  # 80 bits, sixteen letters and digits
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An account and the password it was given; ``password`` is None where the caller chose it."""

    user: User
    password: Secret | None
    change: int | None = None  # for ``Changes.in_force``


@dataclass(frozen=True, slots=True)
class FactorsReset:
    """The way back in, to be handed over in person."""

    codes: tuple[str, ...] = field(repr=False)
    change: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """An account at a glance."""

    user: User
    factors: tuple[str, ...]  # names; what is disabled is left out
    locked: tuple[str, ...]  # budgets with a lock on them
    sessions: int


class _LooksAlike(Conflict):
    """Another account's name looks the same."""


class People:
    """What the command line and the console call. ``actor`` is who did it, for the audit: ``cli:<login>``."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        settings: SignInSettings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._registry = authenticators.registry
        self._settings = settings

    async def add(
        self, name: str, *, display_name: str = "", email: str = "", password: Secret | None = None, actor: str
    ) -> Passed[NewPassword] | Refused:
        """Add an account. Without a password one is made, and returned this once."""
        named = _new_name(name)
        if isinstance(named, Refused):
            return named
        if (email and not _MAIL.fullmatch(email)) or len(display_name) > _LONGEST_NAME:
            return Refused(Reason.INPUT_MALFORMED, "the mail address or the display name")
        user = User(
            id=UserId(new_id("usr", self._entropy)),
            name=named.value,
            display_name=display_name or name.strip(),
            email=email,
            created=self._clock.now(),
        )
        made = await self._make_password(user, password)
        if isinstance(made, Refused):
            return made
        set_up, generated = made
        try:
            async with self._store.work() as unit:
                await unit.users.add(user)
                await self._look_unlike(unit, user)
                await self._authenticators.put_first(unit, user, set_up)
                await self._note(unit, Event.ADMIN_USER_CREATED, user, actor=actor)
        except Conflict as conflict:
            return Refused(Reason.NAME_LOOKS_ALIKE if isinstance(conflict, _LooksAlike) else Reason.NAME_TAKEN)
        return Passed(NewPassword(user, generated))

    async def _look_unlike(self, unit: Unit, user: User) -> None:
        """Take the look of the name. Raises ``_LooksAlike`` when another name has it."""
        try:
            await unit.skeletons.add(skeleton(user.name), user.id)
        except Conflict as conflict:
            raise _LooksAlike(*conflict.args) from conflict

    async def find(self, name: str) -> User | None:
        """By any spelling of the name, or by id."""
        named = canonical(name)
        async with self._store.read() as unit:
            found = await unit.users.by_name(named.value) if isinstance(named, Passed) else None
            return found or await unit.users.get(UserId(name))

    async def list(self, *, after: str = "", limit: int = 100) -> Sequence[User]:
        """By name."""
        async with self._store.read() as unit:
            return await unit.users.list(after=after, limit=limit)

    async def look(self, user: UserId) -> Person | None:
        """Everything an administrator may see."""
        async with self._store.read() as unit:
            found = await unit.users.get(user)
            if found is None:
                return None
            own = {one.factor for one in await unit.credentials.of_user(user) if one.disabled is None}
            factors = tuple(factor.name for factor in self._registry.factors if factor.name in own)
            locked = await budgets.locked(unit, found, self._registry.factors, now=self._clock.now())
            sessions = await unit.sessions.of_user(user)
            return Person(found, factors, locked, len(sessions))

    async def block(self, user: UserId, *, actor: str) -> int | None:
        """Block an account: nobody signs in, everything that is open ends, gateways refuse its tokens."""
        now = self._clock.now()
        async with self._store.work() as unit:
            found = await unit.users.get(user)
            if found is None:
                return None
            await unit.users.set_blocked(user, found.blocked or now)
            await end_sessions(unit, user, actor=actor, caller=_desk(), at=now)
            await self._note(unit, Event.ADMIN_USER_BLOCKED, found, actor=actor)
            return await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, user, at=now)

    async def unblock(self, user: UserId, *, actor: str) -> int | None:
        """Let the person sign in again; what ended stays ended."""
        async with self._store.work() as unit:
            found = await unit.users.get(user)
            if found is None:
                return None
            await unit.users.set_blocked(user, None)
            await self._note(unit, Event.ADMIN_USER_UNBLOCKED, found, actor=actor)
            return await unit.feed.append(ChangeKind.SUBJECT_CLEARED, user, at=self._clock.now())

    async def unlock(self, user: UserId, *, actor: str) -> int:
        """Open every budget of wrong tries again; return how many were in use."""
        async with self._store.work() as unit:
            found = await unit.users.get(user)
            if found is None:
                return 0
            cleared = await budgets.clear_all(unit, found, self._registry.factors)
            await self._note(unit, Event.ADMIN_USER_UNLOCKED, found, actor=actor)
            return cleared

    async def reset_password(
        self, user: UserId, *, password: Secret | None = None, actor: str
    ) -> Passed[NewPassword] | Refused:
        """Give the account another password. Its second factor is still asked for."""
        found = await self.find(user)
        if found is None:
            return Refused(Reason.INPUT_MALFORMED, "no such account")
        made = await self._make_password(found, password)
        if isinstance(made, Refused):
            return made
        set_up, generated = made
        async with self._store.work() as unit:
            await self._authenticators.put_first(unit, found, set_up)
            change = await self._start_over(unit, found, actor)
            await self._note(unit, Event.ADMIN_PASSWORD_RESET, found, actor=actor)
            await self._tell(unit, found, NoticeKind.PASSWORD_RESET)
        return Passed(NewPassword(found, generated, change))

    async def reset_factors(self, user: UserId, *, actor: str) -> Passed[FactorsReset] | Refused:
        """Remove every second factor; recovery codes for setting up new ones are handed out."""
        found = await self.find(user)
        if found is None:
            return Refused(Reason.INPUT_MALFORMED, "no such account")
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return seat
        with seat:
            made = await self._authenticators.make_recovery(self._label(found), seat=seat)
        async with self._store.work() as unit:
            for credential in await unit.credentials.of_user(user):
                factor = self._registry.get(credential.factor)
                if factor is None or factor.role is Role.SECOND:
                    await unit.credentials.remove(credential.id)
            await self._authenticators.replace_recovery(unit, found, made, actor=actor, caller=_desk())
            await unit.users.mark_enrolled(user)  # from here on a password alone sets up nothing
            change = await self._start_over(unit, found, actor)
            await self._note(unit, Event.ADMIN_FACTORS_RESET, found, actor=actor)
            await self._tell(unit, found, NoticeKind.FACTORS_RESET)
        return Passed(FactorsReset(made.show.codes, change))

    async def _start_over(self, unit: Unit, user: User, actor: str) -> int | None:
        """After a reset: sessions, known devices, and what a link in an old notice could still change are gone."""
        await unit.devices.remove_all(user.id)
        await unit.undos.void(user.id)
        return await end_sessions(unit, user.id, actor=actor, caller=_desk(), at=self._clock.now())

    async def _make_password(self, user: User, password: Secret | None) -> tuple[SetUp, Secret | None] | Refused:
        chosen = self._generated() if password is None else password
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return seat
        with seat:
            made = await self._authenticators.make_first(self._label(user), chosen, seat=seat)
        return made if isinstance(made, Refused) else (made, chosen if password is None else None)

    def _generated(self) -> Secret:
        text = base64.b32encode(self._entropy.bytes(_PASSWORD_BYTES)).decode("ascii").lower()
        return Secret("-".join(text[at : at + 4] for at in range(0, len(text), 4)))

    def _label(self, user: User) -> Account:
        return Account(self._settings.issuer, user.name, (user.display_name, user.email.partition("@")[0]))

    async def _note(self, unit: Unit, event: Event, user: User, *, actor: str) -> None:
        await unit.audit.append(event, at=self._clock.now(), actor=actor, subject=user.id, facts={"name": user.name})

    async def _tell(self, unit: Unit, user: User, kind: NoticeKind) -> None:
        await tell(unit, user, kind, at=self._clock.now(), caller=_desk(), entropy=self._entropy)


def _new_name(name: str) -> Passed[str] | Refused:
    """A name for a new account: in one script, where an old one is taken as it is."""
    named = canonical(name)
    if isinstance(named, Refused):
        return named
    return refuse_scripts(named.value) or named


def _desk() -> Caller:
    """An administrator acts from no address of the account's owner."""
    return Caller(address="", user_agent="an administrator", request_id="")
