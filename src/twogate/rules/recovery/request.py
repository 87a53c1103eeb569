r"""One recovery as a pure machine: request and event in, next request and effects out (NIST SP 800-63B-4 section 4.2).

Decides who may ask for what, who has to agree, how long the owner may object, and what comes of it. Loading, saving by
compare-and-set, secrets and letters are for ``services.recovery`` and ``services.help_desk``.

    time lock   WAITING --time--> READY --secret--> USED
    help desk   REQUESTED --another administrator--> READY --secret--> USED
    any of the open ones --stopped--> CANCELLED, --too late--> LAPSED

A recovery replaces the password or the factors, never both: what was not lost is still asked for. A code by mail and
a password make two (section 4.2.2.2); a code by mail alone opens nothing that had a second factor.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from twogate.terms.ids import RecoveryId, UserId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery, Stage, Way
from twogate.terms.verdict import Passed, Refused

SHORTEST_REASON = 10  # characters: an administrator says why, in words
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """Seconds."""

    wait: int = 259_200  # 72 hours in which the owner may object to new factors
    password_wait: int = 0  # a new password alone opens nothing where a second factor is left
    life: int = 86_400  # of a secret sent by mail: at most 24 hours (63B-4 section 4.2.1.2)
    approval: int = 86_400  # a request of the help desk waits so long for the second administrator
    apart: int = 2_592_000  # both halves of an account are not recovered by mail within 30 days
    pause: int = 86_400  # after the owner stopped one, nobody begins another by mail for a day


@dataclass(frozen=True, slots=True)
class Holder:
    """The account as it is now."""

    user: UserId
    mail: bool  # there is a verified address
    blocked: bool
    enrolled_once: bool  # a second factor existed at some time


# ---- what happens to a recovery
@dataclass(frozen=True, slots=True)
class TimePassed:
    """Somebody looked at the clock."""


@dataclass(frozen=True, slots=True)
class Approved:
    """An administrator agreed."""

    by: UserId


@dataclass(frozen=True, slots=True)
class Stopped:
    """The owner, or somebody on their behalf, does not want it."""


@dataclass(frozen=True, slots=True)
class SecretUsed:
    """What was lost has been replaced."""


Event = TimePassed | Approved | Stopped | SecretUsed


class Effect(StrEnum):
    """What an errand is to do about it, in the same unit of work."""

    HAND_OUT = "hand_out"  # make a one-time secret; for lost factors also the pass that it opens
    TAKE_BACK = "take_back"  # the secret and the pass are void


@dataclass(frozen=True, slots=True)
class Outcome:
    """The recovery as it stands now, and what to do. ``changed`` is False when nothing happened."""

    recovery: Recovery
    effects: tuple[Effect, ...] = ()
    changed: bool = True


def open_time_lock(
    recovery_id: RecoveryId,
    holder: Holder,
    lost: Lost,
    *,
    earlier: tuple[Recovery, ...] = (),
    rules: RecoveryRules,
    now: Instant,
) -> Passed[Recovery] | Refused:
    """Begin to wait. ``earlier``: recoveries of this account, open ones and those of the last weeks."""
    refused = _refuse_any(holder, lost, earlier)
    if refused is not None:
        return refused
    if not holder.mail:
        return Refused(Reason.RECOVERY_NO_CHANNEL)
    if any(_other_half(one, lost) and now.since(one.ended or one.asked) < rules.apart for one in earlier):
        return Refused(Reason.RECOVERY_TOO_SOON, "the other half was recovered by mail")
    if any(one.stage is Stage.CANCELLED and now.since(one.ended or one.asked) < rules.pause for one in earlier):
        return Refused(Reason.RECOVERY_TOO_SOON, "the last one was stopped")
    wait = rules.wait if lost is Lost.FACTORS else rules.password_wait
    due = now.plus(wait)
    return Passed(Recovery(recovery_id, holder.user, Way.TIME_LOCK, lost, Stage.WAITING, asked=now, due=due))


def open_help_desk(
    recovery_id: RecoveryId,
    holder: Holder,
    lost: Lost,
    *,
    earlier: tuple[Recovery, ...] = (),
    by: UserId,
    reason: str,
    rules: RecoveryRules,
    now: Instant,
) -> Passed[Recovery] | Refused:
    """One administrator asks on somebody's behalf, and says why."""
    if by == holder.user:
        return Refused(Reason.OWN_ACCOUNT)
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON or not said.isprintable():
        return Refused(Reason.INPUT_MALFORMED, f"a reason of {SHORTEST_REASON} to {LONGEST_REASON} characters")
    refused = _refuse_any(holder, lost, earlier)
    if refused is not None:
        return refused
    asked = Recovery(
        recovery_id, holder.user, Way.HELP_DESK, lost, Stage.REQUESTED, asked=now, due=now.plus(rules.approval)
    )
    return Passed(replace(asked, reason=said, requested_by=by))


def step(recovery: Recovery, event: Event, *, rules: RecoveryRules, now: Instant) -> Passed[Outcome] | Refused:
    """What an event comes to. What is over stays over."""
    late = recovery.due <= now and recovery.stage is not Stage.WAITING
    match event:
        case TimePassed():
            return Passed(_time_passed(recovery, rules, now))
        case _ if not recovery.stage.open or late:
            return Refused(Reason.RECOVERY_OVER, recovery.stage.value)
        case Approved(by):
            return _approved(recovery, by, rules=rules, now=now)
        case Stopped():
            return Passed(_ended(recovery, Stage.CANCELLED, now))
        case SecretUsed():
            if recovery.stage is not Stage.READY:
                return Refused(Reason.RECOVERY_UNKNOWN, f"no secret is out: {recovery.stage}")
            return Passed(Outcome(replace(recovery, stage=Stage.USED, ended=now)))
        case _:
            assert_never(event)


def _refuse_any(holder: Holder, lost: Lost, earlier: tuple[Recovery, ...]) -> Refused | None:
    if holder.blocked:
        return Refused(Reason.SUBJECT_BLOCKED)
    if any(one.stage.open for one in earlier):
        return Refused(Reason.RECOVERY_OPEN)
    if lost is Lost.FACTORS and not holder.enrolled_once:
        return Refused(Reason.RECOVERY_NOT_NEEDED, "a first factor is set up at the sign-in itself")
    return None


def _other_half(one: Recovery, lost: Lost) -> bool:
    """Together they would open the account by mail alone."""
    return one.stage is Stage.USED and one.way is Way.TIME_LOCK and one.lost is not lost


def _approved(recovery: Recovery, by: UserId, *, rules: RecoveryRules, now: Instant) -> Passed[Outcome] | Refused:
    if recovery.stage is not Stage.REQUESTED:
        return Refused(Reason.RECOVERY_OVER, recovery.stage.value)
    if by == recovery.user:
        return Refused(Reason.OWN_ACCOUNT)
    if by == recovery.requested_by:
        return Refused(Reason.SECOND_PERSON_REQUIRED)
    ready = replace(recovery, stage=Stage.READY, due=now.plus(rules.life), approved_by=by)
    return Passed(Outcome(ready, (Effect.HAND_OUT,)))


def _time_passed(recovery: Recovery, rules: RecoveryRules, now: Instant) -> Outcome:
    if not recovery.stage.open or now < recovery.due:
        return Outcome(recovery, changed=False)
    if recovery.stage is Stage.WAITING:
        return Outcome(replace(recovery, stage=Stage.READY, due=now.plus(rules.life)), (Effect.HAND_OUT,))
    return _ended(recovery, Stage.LAPSED, now)


def _ended(recovery: Recovery, stage: Stage, now: Instant) -> Outcome:
    effects = (Effect.TAKE_BACK,) if recovery.stage is Stage.READY else ()
    return Outcome(replace(recovery, stage=stage, ended=now), effects)
