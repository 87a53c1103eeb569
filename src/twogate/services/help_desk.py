"""The way back that the help desk opens: one administrator asks and says why, another one agrees.

Decides the order of errands; who may is ``rules.recovery``. The secret is shown once, to whoever approves, to be
handed over to the person in person; the other half of the account is still asked for. What was reported lost is
switched off at once; as long as another second factor is left, nothing stands in for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from twogate.rules.factors.contract import Role
from twogate.rules.factors.registry import Registry
from twogate.rules.recovery.letters import asked_letter
from twogate.rules.recovery.request import Approved, open_help_desk, step
from twogate.rules.signin.names import canonical
from twogate.rules.signin.notices import NoticeKind
from twogate.services.recovery import holder_of
from twogate.services.recovery_ends import RecoveryEnds
from twogate.services.recovery_record import RecoveryRecord
from twogate.services.session_ends import end_sessions
from twogate.settings.recovery import RecoverySettings
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId, RecoveryId, UserId, new_id
from twogate.terms.permissions import Permission, permissions_of
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery, Stage
from twogate.terms.secret import Secret, new_secret
from twogate.terms.translation import known
from twogate.terms.verdict import Passed, Refused

_STOP_PREFIX = "tg_rc_"


@dataclass(frozen=True, slots=True)
class Approval:
    """What comes of it. ``secret`` is None where another factor of the person still works."""

    recovery: Recovery
    secret: Secret | None = field(repr=False)
    change: int | None = None  # for ``Changes.in_force``


class HelpDesk:
    """What administrators call. Each call names who asks; whether they may is looked up, not believed."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        registry: Registry,
        settings: RecoverySettings,
        public_url: Callable[[], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._registry = registry
        self._rules = settings.rules
        self._public_url = public_url
        self._record = RecoveryRecord(clock, entropy)
        self._ends = RecoveryEnds(clock, entropy, rules=settings.rules)

    async def open(self, *, by: UserId) -> Passed[Sequence[tuple[Recovery, User]]] | Refused:
        """Everything under way."""
        async with self._store.read() as unit:
            if not await _may(unit, by, Permission.PEOPLE_READ):
                return Refused(Reason.PERMISSION_MISSING)
            found = [(one, await unit.users.get(one.user)) for one in await unit.recoveries.open()]
        return Passed([(one, user) for one, user in found if user is not None])

    async def request(
        self, name: str, lost: Lost, *, credentials: Sequence[str] = (), reason: str, by: UserId, caller: Caller
    ) -> Passed[Recovery] | Refused:
        """Ask on somebody's behalf. ``credentials``: what they lost; empty = every second factor."""
        named = canonical(name)
        if isinstance(named, Refused):
            return named
        now = self._clock.now()
        async with self._store.work() as unit:
            if not await _may(unit, by, Permission.RECOVERY_REQUEST):
                return await self._not_allowed(unit, by, caller)
            user = await unit.users.by_name(named.value)
            if user is None:
                return Refused(Reason.NOT_FOUND)
            known = {one.id for one in await unit.credentials.of_user(user.id)}
            if not known.issuperset(map(CredentialId, credentials)):
                return Refused(Reason.NOT_FOUND, "no such authenticator")
            await unit.alone(f"recovery of {user.id}")
            earlier = tuple(await unit.recoveries.of_user(user.id, since=now.plus(-self._rules.apart)))
            name_of_it = RecoveryId(new_id("rcv", self._entropy))
            verdict = open_help_desk(
                name_of_it, holder_of(user), lost, earlier=earlier, by=by, reason=reason, rules=self._rules, now=now
            )
            if isinstance(verdict, Refused):
                return verdict
            return Passed(await self._requested(unit, user, verdict.value, credentials=credentials, caller=caller))

    async def approve(self, recovery: RecoveryId, *, by: UserId, caller: Caller) -> Passed[Approval] | Refused:
        """Agree. Of two who do so at once, one does."""
        try:
            async with self._store.work() as unit:
                if not await _may(unit, by, Permission.RECOVERY_APPROVE):
                    return await self._not_allowed(unit, by, caller)
                found = await unit.recoveries.get(recovery)
                user = await unit.users.get(found.user) if found else None
                if found is None or user is None:
                    return Refused(Reason.NOT_FOUND)
                if not await _may(unit, UserId(found.requested_by), Permission.RECOVERY_REQUEST):
                    return Refused(Reason.PERMISSION_MISSING, "whoever asked is no administrator any more")
                verdict = step(found, Approved(by), rules=self._rules, now=self._clock.now())
                if isinstance(verdict, Refused):
                    await self._record.note(unit, Event.ADMIN_RECOVERY_REFUSED, found, actor=by, caller=caller)
                    return verdict
                done = await self._ends.perform(unit, found, verdict.value)
                await self._record.note(unit, Event.ADMIN_RECOVERY_APPROVED, done.recovery, actor=by, caller=caller)
                return Passed(await self._approved(unit, user, done.recovery, secret=done.secret, caller=caller))
        except Conflict:
            return Refused(Reason.RECOVERY_OVER, "moved by somebody else at the same time")

    async def stop(self, recovery: RecoveryId, *, by: UserId, caller: Caller) -> Passed[Recovery] | Refused:
        """Any administrator may stop one, also one of their own account."""
        try:
            async with self._store.work() as unit:
                if not await _may(unit, by, Permission.RECOVERY_REQUEST):
                    return await self._not_allowed(unit, by, caller)
                found = await unit.recoveries.get(recovery)
                if found is None:
                    return Refused(Reason.NOT_FOUND)
                return await self._ends.stop(unit, found, actor=by, caller=caller)
        except Conflict:
            return Refused(Reason.RECOVERY_OVER, "moved by somebody else at the same time")

    async def _requested(
        self, unit: Unit, user: User, verdict: Recovery, *, credentials: Sequence[str], caller: Caller
    ) -> Recovery:
        secret = new_secret(_STOP_PREFIX, self._entropy)
        asked = replace(verdict, credentials=tuple(credentials), cancel_digest=secret.sha256())
        await unit.recoveries.add(asked)
        await self._record.note(unit, Event.ADMIN_RECOVERY_REQUESTED, asked, actor=asked.requested_by, caller=caller)
        letter = asked_letter(
            asked, to=user.email, secret=secret, public_url=self._public_url(), language=known(user.language)
        )
        kind, life = NoticeKind.RECOVERY_REQUESTED, self._rules.approval
        await self._record.tell_by_letter(unit, user, kind, letter=letter, caller=caller, life=life)
        return asked

    async def _approved(
        self, unit: Unit, user: User, recovery: Recovery, *, secret: Secret | None, caller: Caller
    ) -> Approval:
        by, now, change = recovery.approved_by, self._clock.now(), None
        if recovery.lost is Lost.FACTORS:
            left, off = await self._switch_off(unit, recovery)
            await unit.recoveries.report_lost(recovery.id, off)
            await unit.devices.remove_all(user.id)
            await unit.undos.void(user.id)
            change = await end_sessions(unit, user.id, actor=by, caller=caller, at=now)
            await self._record.note(unit, Event.ADMIN_FACTORS_RESET, recovery, actor=by, caller=caller)
            if left:
                await self._record.tell(unit, user, NoticeKind.FACTORS_RESET, caller=caller)
                return Approval(await self._not_needed(unit, recovery), None, change)
        await self._ends.handed_out(unit, user, recovery, actor=by, caller=caller)
        return Approval(recovery, secret, change)

    async def _switch_off(self, unit: Unit, recovery: Recovery) -> tuple[bool, tuple[str, ...]]:
        """Switch off what was reported lost; whether a second factor is left, and what was switched off."""
        left, off = False, []
        for credential in await unit.credentials.of_user(recovery.user):
            if credential.disabled is not None or not self._can_be_lost(
                credential, everything=not recovery.credentials
            ):
                continue
            if recovery.credentials and credential.id not in recovery.credentials:
                left = left or self._works(credential)
            else:
                await unit.credentials.set_disabled(credential.id, self._clock.now())
                off.append(credential.id)
        return left, tuple(off)

    def _can_be_lost(self, credential: Credential, *, everything: bool) -> bool:
        """A second factor; with everything also the sheet of recovery codes."""
        factor = self._registry.get(credential.factor)
        if factor is None or factor.role is Role.SECOND:
            return True
        return everything and factor.role is Role.RECOVERY and factor.self_service

    def _works(self, credential: Credential) -> bool:
        factor = self._registry.get(credential.factor)
        return factor is not None and factor.left(credential.state) != 0

    async def _not_needed(self, unit: Unit, recovery: Recovery) -> Recovery:
        """Another factor of theirs works: they sign in with that, and nothing stands in for it."""
        await unit.credentials.remove(recovery.pass_id)
        over = replace(recovery, stage=Stage.USED, credential="", ended=self._clock.now())
        await unit.recoveries.replace(over)
        return over

    async def _not_allowed(self, unit: Unit, by: UserId, caller: Caller) -> Refused:
        event = Event.ADMIN_RECOVERY_REFUSED
        reason = Reason.PERMISSION_MISSING
        await self._record.note_about(unit, event, by, actor=by, caller=caller, reason=reason.value)
        return Refused(reason)


async def _may(unit: Unit, by: UserId, permission: Permission) -> bool:
    """Whether somebody is there, not blocked, and in a group that may."""
    user = await unit.users.get(by)
    if user is None or user.blocked is not None:
        return False
    return permission in permissions_of(await unit.memberships.of_user(by))
