"""Who may ask for a way back, who has to agree, and how it ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON

from twogate.rules.recovery.request import (
    Approved,
    Effect,
    Event,
    Holder,
    Outcome,
    RecoveryRules,
    SecretUsed,
    Stopped,
    TimePassed,
    open_help_desk,
    open_time_lock,
    step,
)
from twogate.terms.ids import RecoveryId, UserId
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery, Stage, Way
from twogate.terms.verdict import Passed, Refused

ID, ANN, BOB, EVE = RecoveryId("rcv_1"), UserId("usr_ann"), UserId("usr_bob"), UserId("usr_eve")
RULES = RecoveryRules()
HOLDER = Holder(ANN, mail=True, blocked=False, enrolled_once=True)
WHY = "lost her phone on the train, passport seen"


def _opened(lost: Lost = Lost.FACTORS) -> Recovery:
    verdict = open_time_lock(ID, HOLDER, lost, rules=RULES, now=NOON)
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _requested() -> Recovery:
    verdict = open_help_desk(ID, HOLDER, Lost.FACTORS, by=BOB, reason=WHY, rules=RULES, now=NOON)
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _after(recovery: Recovery, event: Event, *, seconds: float = 0) -> Outcome:
    verdict = step(recovery, event, rules=RULES, now=NOON.plus(seconds))
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _reason(verdict: object) -> Reason:
    assert isinstance(verdict, Refused), verdict
    return verdict.reason


def test_lost_factors_wait_three_days() -> None:
    """Nothing is handed out before 72 hours; then a secret is, good for 24 hours (NIST SP 800-63B-4, 4.2.1.2)."""
    waiting = _opened()
    assert (waiting.stage, waiting.due) == (Stage.WAITING, NOON.plus(72 * 3600))
    assert not _after(waiting, TimePassed(), seconds=72 * 3600 - 0.001).changed
    ready = _after(waiting, TimePassed(), seconds=72 * 3600)
    assert ready.effects == (Effect.HAND_OUT,)
    assert ready.recovery.stage is Stage.READY
    assert ready.recovery.due.since(NOON) == 96 * 3600


def test_a_secret_in_time_ends_it() -> None:
    """The secret counts once, and not before it was handed out."""
    ready = _after(_opened(), TimePassed(), seconds=RULES.wait).recovery
    used = _after(ready, SecretUsed(), seconds=RULES.wait + 60)
    assert used.recovery.stage is Stage.USED
    assert _reason(step(used.recovery, SecretUsed(), rules=RULES, now=NOON)) is Reason.RECOVERY_OVER
    assert _reason(step(_opened(), SecretUsed(), rules=RULES, now=NOON)) is Reason.RECOVERY_UNKNOWN


def test_a_secret_too_late_is_void() -> None:
    """At the end of its life it is refused, and the next look at the clock takes it back."""
    ready = _after(_opened(), TimePassed(), seconds=RULES.wait).recovery
    late = RULES.wait + RULES.life
    assert _reason(step(ready, SecretUsed(), rules=RULES, now=NOON.plus(late))) is Reason.RECOVERY_OVER
    lapsed = _after(ready, TimePassed(), seconds=late)
    assert (lapsed.recovery.stage, lapsed.effects) == (Stage.LAPSED, (Effect.TAKE_BACK,))


@pytest.mark.parametrize("seconds", [0, RULES.wait - 1, RULES.wait + 10])
def test_it_can_be_stopped_at_any_time(seconds: int) -> None:
    """Waiting or ready: who objects is heard, and a secret that is out is void."""
    recovery = _after(_opened(), TimePassed(), seconds=seconds).recovery
    stopped = _after(recovery, Stopped(), seconds=seconds)
    assert stopped.recovery.stage is Stage.CANCELLED
    assert stopped.effects == ((Effect.TAKE_BACK,) if recovery.stage is Stage.READY else ())
    for event in (Stopped(), SecretUsed(), Approved(EVE)):
        assert _reason(step(stopped.recovery, event, rules=RULES, now=NOON)) is Reason.RECOVERY_OVER


def test_a_new_password_need_not_wait() -> None:
    """It opens nothing by itself: the second factor is still asked for."""
    assert _after(_opened(Lost.PASSWORD), TimePassed()).effects == (Effect.HAND_OUT,)


@pytest.mark.parametrize(
    ("holder", "lost", "reason"),
    [
        (replace(HOLDER, mail=False), Lost.FACTORS, Reason.RECOVERY_NO_CHANNEL),
        (replace(HOLDER, blocked=True), Lost.FACTORS, Reason.SUBJECT_BLOCKED),
        (replace(HOLDER, enrolled_once=False), Lost.FACTORS, Reason.RECOVERY_NOT_NEEDED),
        (replace(HOLDER, mail=False), Lost.PASSWORD, Reason.RECOVERY_NO_CHANNEL),
    ],
)
def test_who_cannot_be_recovered(holder: Holder, lost: Lost, reason: Reason) -> None:
    """Without a verified address, blocked, or with nothing to replace."""
    assert _reason(open_time_lock(ID, holder, lost, rules=RULES, now=NOON)) is reason


def test_one_at_a_time() -> None:
    """A second request while one is open changes nothing about the first."""
    for earlier in (_opened(), _requested()):
        verdict = open_time_lock(ID, HOLDER, Lost.PASSWORD, earlier=(earlier,), rules=RULES, now=NOON)
        assert _reason(verdict) is Reason.RECOVERY_OPEN


@pytest.mark.parametrize(("first", "second"), [(Lost.PASSWORD, Lost.FACTORS), (Lost.FACTORS, Lost.PASSWORD)])
def test_mail_alone_never_opens_an_account(first: Lost, second: Lost) -> None:
    """Both halves are not recovered by mail one after the other (NIST SP 800-63B-4, 4.2.2.2); the same half may be."""
    used = replace(_opened(first), stage=Stage.USED, ended=NOON)
    soon, later = NOON.plus(RULES.apart - 1), NOON.plus(RULES.apart)
    assert (
        _reason(open_time_lock(ID, HOLDER, second, earlier=(used,), rules=RULES, now=soon)) is Reason.RECOVERY_TOO_SOON
    )
    assert isinstance(open_time_lock(ID, HOLDER, second, earlier=(used,), rules=RULES, now=later), Passed)
    assert isinstance(open_time_lock(ID, HOLDER, first, earlier=(used,), rules=RULES, now=soon), Passed)
    by_desk = replace(used, way=Way.HELP_DESK)
    assert isinstance(open_time_lock(ID, HOLDER, second, earlier=(by_desk,), rules=RULES, now=soon), Passed)


def test_stopped_ones_do_not_come_back_at_once() -> None:
    """Nobody is kept busy by stopping one recovery after the other: after a stop there is a day of peace."""
    stopped = replace(_opened(), stage=Stage.CANCELLED, ended=NOON)
    soon, later = NOON.plus(RULES.pause - 1), NOON.plus(RULES.pause)
    verdict = open_time_lock(ID, HOLDER, Lost.FACTORS, earlier=(stopped,), rules=RULES, now=soon)
    assert _reason(verdict) is Reason.RECOVERY_TOO_SOON
    assert isinstance(open_time_lock(ID, HOLDER, Lost.FACTORS, earlier=(stopped,), rules=RULES, now=later), Passed)


def test_the_help_desk_needs_two() -> None:
    """Request by one, approval by another, and neither is the person; then a secret for 24 hours."""
    asked = _requested()
    assert (asked.stage, asked.reason, asked.requested_by) == (Stage.REQUESTED, WHY, BOB)
    assert _reason(step(asked, Approved(BOB), rules=RULES, now=NOON)) is Reason.SECOND_PERSON_REQUIRED
    assert _reason(step(asked, Approved(ANN), rules=RULES, now=NOON)) is Reason.OWN_ACCOUNT
    ready = _after(asked, Approved(EVE), seconds=60)
    assert (ready.recovery.stage, ready.recovery.approved_by) == (Stage.READY, EVE)
    assert ready.recovery.due == NOON.plus(60 + 86_400)
    assert ready.effects == (Effect.HAND_OUT,)
    assert _reason(step(ready.recovery, Approved(EVE), rules=RULES, now=NOON.plus(61))) is Reason.RECOVERY_OVER


def test_an_approval_after_a_day_is_too_late() -> None:
    """A request that nobody approved within 24 hours is void."""
    asked = _requested()
    assert _reason(step(asked, Approved(EVE), rules=RULES, now=NOON.plus(86_400))) is Reason.RECOVERY_OVER
    lapsed = _after(asked, TimePassed(), seconds=86_400)
    assert (lapsed.recovery.stage, lapsed.effects) == (Stage.LAPSED, ())


@pytest.mark.parametrize("reason", ["", "because", " " * 40, "x" * 501, "a\x00" * 20])
def test_the_help_desk_says_why(reason: str) -> None:
    """A reason is a sentence that can be read."""
    verdict = open_help_desk(ID, HOLDER, Lost.FACTORS, by=BOB, reason=reason, rules=RULES, now=NOON)
    assert _reason(verdict) is Reason.INPUT_MALFORMED


def test_nobody_decides_about_themselves() -> None:
    """An administrator who lost their own factor asks another one."""
    verdict = open_help_desk(ID, HOLDER, Lost.FACTORS, by=ANN, reason=WHY, rules=RULES, now=NOON)
    assert _reason(verdict) is Reason.OWN_ACCOUNT


_EVENTS = st.one_of(
    st.just(TimePassed()),
    st.just(Stopped()),
    st.just(SecretUsed()),
    st.sampled_from([ANN, BOB, EVE]).map(Approved),
)


@given(st.sampled_from([_opened(), _requested()]), st.lists(st.tuples(_EVENTS, st.integers(0, 100_000)), max_size=12))
def test_whatever_happens_one_secret_at_most(start: Recovery, walk: list[tuple[Event, int]]) -> None:
    """Over random walks: at most one secret, never before its time or without a second person, and an end is an end."""
    recovery, now, handed_out = start, NOON, 0
    for event, seconds in walk:
        now = now.plus(seconds)
        verdict = step(recovery, event, rules=RULES, now=now)
        if isinstance(verdict, Refused):
            continue
        if not recovery.stage.open:
            assert not verdict.value.changed
        if Effect.HAND_OUT in verdict.value.effects:
            handed_out += 1
            if recovery.way is Way.TIME_LOCK:
                assert now.since(NOON) >= RULES.wait
            else:
                assert verdict.value.recovery.approved_by == EVE
        recovery = verdict.value.recovery
    assert handed_out <= 1
