"""How a recovery goes on and ends, inside an open unit of work: its time comes, it is stopped, its secret was used.

Decides nothing about who may: that is ``rules.recovery``. A pass that is out and the recovery it belongs to change
together, so that of "use it" and "stop it" at one moment exactly one happens.
"""

from dataclasses import dataclass, replace

from twogate.rules.factors.recovery_pass import PREFIX, RecoveryPass, pass_state
from twogate.rules.recovery.letters import ready_letter
from twogate.rules.recovery.request import Effect, Outcome, RecoveryRules, SecretUsed, Stopped, TimePassed, step
from twogate.rules.signin.notices import NoticeKind
from twogate.services.recovery_record import WHAT, RecoveryRecord
from twogate.store.unit import Conflict, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId, UserId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery, Stage
from twogate.terms.secret import Secret, new_secret
from twogate.terms.translation import known
from twogate.terms.verdict import Passed, Refused

KEEP_PASS = 3_600  # seconds; a used pass is still the proof of the sign-in that used it
NOBODY = Caller(address="", user_agent="", request_id="")
_PASS = RecoveryPass()


@dataclass(frozen=True, slots=True)
class Moved:
    """A recovery after a step, and the secret that was made for it, if one was."""

    recovery: Recovery
    secret: Secret | None = None


class RecoveryEnds:
    """Steps of a recovery, each in the caller's unit of work."""

    def __init__(self, clock: Clock, entropy: Entropy, *, rules: RecoveryRules) -> None:
        self._clock = clock
        self._entropy = entropy
        self._rules = rules
        self._record = RecoveryRecord(clock, entropy)

    async def time_passed(self, unit: Unit, recovery: Recovery, *, public_url: str) -> None:
        """Hand out the secret by mail, or note that nobody came for it.

        Raises ``Conflict`` when somebody else moved it at the same time.
        """
        user = await unit.users.get(recovery.user)
        if user is None or not isinstance(
            moved := step(recovery, TimePassed(), rules=self._rules, now=self._now), Passed
        ):
            return
        done = await self.perform(unit, recovery, moved.value)
        if done.secret is not None:
            letter = ready_letter(
                done.recovery, to=user.email, secret=done.secret, public_url=public_url, language=known(user.language)
            )
            await self._record.note(unit, Event.USER_RECOVERY_READY, done.recovery, actor="system", caller=NOBODY)
            kind, what = NoticeKind.RECOVERY_READY, WHAT[recovery.lost]
            life = self._rules.life
            await self._record.tell_by_letter(unit, user, kind, letter=letter, what=what, caller=NOBODY, life=life)
        elif done.recovery.stage is Stage.LAPSED:
            event = Event.USER_RECOVERY_LAPSED
            await self._record.note(unit, event, done.recovery, actor="system", caller=NOBODY)

    async def handed_out(self, unit: Unit, user: User, recovery: Recovery, *, actor: str, caller: Caller) -> None:
        """Write down and tell that a secret is out."""
        await self._record.note(unit, Event.USER_RECOVERY_READY, recovery, actor=actor, caller=caller)
        what = WHAT[recovery.lost]
        await self._record.tell(unit, user, NoticeKind.RECOVERY_READY, what=what, caller=caller)

    async def stop(
        self, unit: Unit, recovery: Recovery, *, actor: str, caller: Caller, mistaken: bool = True
    ) -> Passed[Recovery] | Refused:
        """Stop it, unless its secret was used. ``mistaken``: somebody says that what was reported lost is not lost.

        Raises ``Conflict`` when somebody else moved it at the same time.
        """
        if await self._pass_used(unit, recovery):
            await self.use(unit, recovery, actor=recovery.user, caller=NOBODY)
            return Refused(Reason.RECOVERY_OVER, "its secret was used")
        stopped = step(recovery, Stopped(), rules=self._rules, now=self._now)
        if isinstance(stopped, Refused):
            return stopped
        done = await self.perform(unit, recovery, stopped.value)
        if mistaken and recovery.stage is Stage.READY and recovery.lost is Lost.FACTORS:
            for credential in recovery.credentials:  # the report was wrong: what it switched off works again
                await unit.credentials.set_disabled(CredentialId(credential), None)
        await self._record.note(unit, Event.USER_RECOVERY_CANCELLED, done.recovery, actor=actor, caller=caller)
        user = await unit.users.get(recovery.user)
        if user is not None:
            await self._record.tell(unit, user, NoticeKind.RECOVERY_CANCELLED, caller=caller)
        return Passed(done.recovery)

    async def use(self, unit: Unit, recovery: Recovery, *, actor: str, caller: Caller) -> Passed[Recovery] | Refused:
        """Its secret was used. Of two at once one raises ``Conflict``."""
        now = self._now
        if recovery.credential:  # whether a pass was in time was looked at when it was used
            now = min(now, Instant(recovery.due - 1))
        used = step(recovery, SecretUsed(), rules=self._rules, now=now)
        if isinstance(used, Refused):
            return used
        done = await self.perform(unit, recovery, used.value)
        await self._record.note(unit, Event.USER_RECOVERY_USED, done.recovery, actor=actor, caller=caller)
        user = await unit.users.get(recovery.user)
        if user is not None:
            what = WHAT[recovery.lost]
            await self._record.tell(unit, user, NoticeKind.RECOVERY_USED, what=what, caller=caller)
        return Passed(done.recovery)

    async def at_sign_in(self, unit: Unit, user: UserId, caller: Caller) -> None:
        """Somebody signed in all the way: a recovery that helped is used up, any other one is stopped."""
        for recovery in await unit.recoveries.of_user(user, since=self._now):
            try:
                if await self._pass_used(unit, recovery):
                    await self.use(unit, recovery, actor=user, caller=caller)
                elif recovery.stage.open:  # another way in was at hand; what was reported lost is lost all the same
                    await self.stop(unit, recovery, actor=user, caller=caller, mistaken=False)
            except Conflict:
                continue  # somebody else has just moved it; the clock looks again

    async def used_passes(self, unit: Unit) -> None:
        """Note those whose pass was used in a sign-in that was left; forget passes that are over."""
        for recovery in await unit.recovery_passes.out():
            if await self._pass_used(unit, recovery):
                await self.use(unit, recovery, actor=recovery.user, caller=NOBODY)
        for recovery in await unit.recovery_passes.over(self._now.plus(-KEEP_PASS)):
            await unit.credentials.remove(recovery.pass_id)
            await unit.recovery_passes.drop(recovery.id)

    async def perform(self, unit: Unit, before: Recovery, outcome: Outcome) -> Moved:
        """Do what the rules decided, and save by compare-and-set."""
        after, secret = outcome.recovery, None
        if not outcome.changed:
            return Moved(before)
        if Effect.TAKE_BACK in outcome.effects and before.credential:
            await self._void(unit, before.pass_id)
            after = replace(after, credential="", secret_digest="")
        if Effect.HAND_OUT in outcome.effects:
            secret = new_secret(PREFIX, self._entropy)
            after = await self._handed(unit, after, secret)
        await unit.recoveries.replace(after)
        return Moved(replace(after, version=before.version + 1), secret)

    async def _void(self, unit: Unit, credential: CredentialId) -> None:
        """Take a pass back by compare-and-set first: a sign-in that uses it at this moment must not be undone by it.

        Raises ``Conflict`` when it was used.
        """
        held = await unit.credentials.get(credential)
        if held is None:
            return
        if _PASS.left(held.state) == 0:
            raise Conflict("its secret was used meanwhile")
        await unit.credentials.replace(credential, version=held.version, state={**held.state, "used": True}, used=None)
        await unit.credentials.remove(credential)

    async def _handed(self, unit: Unit, recovery: Recovery, secret: Secret) -> Recovery:
        if recovery.lost is Lost.PASSWORD:
            return replace(recovery, secret_digest=secret.sha256())
        credential = Credential(
            id=CredentialId(new_id("crd", self._entropy)),
            user=recovery.user,
            factor=_PASS.name,
            label=_PASS.prompt.title,
            state=pass_state(secret, until=recovery.due),
            version=0,
            created=self._now,
        )
        await unit.credentials.add(credential)
        return replace(recovery, credential=credential.id)

    async def _pass_used(self, unit: Unit, recovery: Recovery) -> bool:
        if recovery.stage is not Stage.READY or not recovery.credential:
            return False
        credential = await unit.credentials.get(recovery.pass_id)
        return credential is not None and _PASS.left(credential.state) == 0

    @property
    def _now(self) -> Instant:
        return self._clock.now()
