"""Who has what: the second factors of everybody, who still owes one, and reminders to those who do.

Decides the order of errands; what an account owes is ``rules.signin.enforcement``.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Role
from twogate.rules.factors.registry import Registry
from twogate.rules.signin.enforcement import Duty, Having, duty
from twogate.rules.signin.notices import NoticeKind
from twogate.services.recovery_ends import NOBODY
from twogate.services.recovery_record import RecoveryRecord
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store, StoreUnavailable, Unit
from twogate.terms.account import Credential, User
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof

EVERY = 3_600.0  # seconds between two rounds of reminders
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Covered:
    """One account at a glance, without a secret."""

    user: User
    groups: tuple[str, ...]
    factors: tuple[str, ...]  # names, in the order of the registry
    level: Level  # the highest that these can reach
    duty: Duty
    put_off: int  # sign-ins made in grace
    codes: int  # recovery codes left


class Coverage:
    """What administrators look at."""

    def __init__(self, store: Store, clock: Clock, *, registry: Registry, settings: SignInSettings) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._enforcement = settings.enforcement

    async def page(self, *, after: str = "", limit: int = _PAGE) -> Sequence[Covered]:
        """By name."""
        now = self._clock.now()
        async with self._store.read() as unit:
            users = await unit.users.list(after=after, limit=limit)
            return [await self._covered(unit, user, now) for user in users]

    async def all(self) -> AsyncIterator[Covered]:
        """Everybody, by name, a page at a time."""
        after = ""
        while True:
            rows = await self.page(after=after)
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            after = rows[-1].user.name

    async def _covered(self, unit: Unit, user: User, now: Instant) -> Covered:
        credentials = [one for one in await unit.credentials.of_user(user.id) if one.disabled is None]
        groups = tuple(await unit.memberships.of_user(user.id))
        owed = await unit.obligations.get(user.id, Owed.SECOND_FACTOR)
        put_off = owed.count if owed else 0
        having = Having(
            groups=frozenset(groups),
            second=any(self._counts(one, Role.SECOND) for one in credentials),
            enrolled_once=user.enrolled_once,
            put_off=put_off,
        )
        own = {one.factor for one in credentials}
        return Covered(
            user=user,
            groups=groups,
            factors=tuple(factor.name for factor in self._registry.factors if factor.name in own),
            level=self._reach(credentials, now),
            duty=duty(self._enforcement, having, now),
            put_off=put_off,
            codes=sum(self._left(one) for one in credentials if self._counts(one, Role.RECOVERY)),
        )

    def _counts(self, credential: Credential, role: Role) -> bool:
        factor = self._registry.get(credential.factor)
        return factor is not None and factor.role is role and factor.left(credential.state) != 0

    def _left(self, credential: Credential) -> int:
        factor = self._registry.get(credential.factor)
        return (factor.left(credential.state) or 0) if factor is not None and factor.self_service else 0

    def _reach(self, credentials: Sequence[Credential], now: Instant) -> Level:
        known = [(one, self._registry.get(one.factor)) for one in credentials]
        return add_up(
            Proof(one.factor, one.id, factor.nature(one.state), now)
            for one, factor in known
            if factor is not None and factor.role is not Role.RECOVERY
        ).level


class Reminders:
    """Runs beside the requests, where a day is set."""

    def __init__(
        self, store: Store, clock: Clock, entropy: Entropy, *, coverage: Coverage, settings: SignInSettings
    ) -> None:
        self._store = store
        self._clock = clock
        self._coverage = coverage
        self._settings = settings
        self._enforcement = settings.enforcement
        self._record = RecoveryRecord(clock, entropy)

    async def run(self) -> None:
        """Look once an hour, for ever."""
        while True:
            with contextlib.suppress(StoreUnavailable):  # the next round is as good
                await self.remind()
            await self._clock.sleep(EVERY)

    async def remind(self) -> int:
        """Tell everybody who owes a second factor and was not told lately; return how many."""
        if not self._enforcement.dated:
            return 0
        told = 0
        async for row in self._coverage.all():
            if (
                row.duty in {Duty.SOON, Duty.GRACE, Duty.DUE}
                and row.user.blocked is None
                and not row.user.enrolled_once
            ):
                told += await self._remind(row)
        return told

    async def _remind(self, row: Covered) -> bool:
        now = self._clock.now()
        async with self._store.work() as unit:
            every = float(self._settings.remind)
            if not await unit.obligations.remind(row.user.id, Owed.SECOND_FACTOR, at=now, every=every):
                return False
            kind, what = NoticeKind.SECOND_FACTOR_DUE, self._words(row)
            await self._record.tell(unit, row.user, kind, what=what, caller=NOBODY)
            return True

    def _words(self, row: Covered) -> str:
        day = self._enforcement.required_from
        if row.duty is Duty.SOON and day is not None:
            return f"From {day.utc():%Y-%m-%d %H:%M} UTC on you need one to sign in."
        if row.duty is Duty.GRACE:
            left = self._enforcement.grace - row.put_off
            return f"You can sign in without one {left} more time{'' if left == 1 else 's'}."
        return "You are asked for one at your next sign-in."
