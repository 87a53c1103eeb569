"""Who has to have a second factor, from when, and how often it may be put off.

Decides what an account owes. Grace is for people who never had a second factor; a lost one is not put off, it comes
back by a recovery. Counting is for the errand that signs somebody in.
"""

from dataclasses import dataclass
from enum import StrEnum

from twogate.terms.instant import Instant


class Duty(StrEnum):
    """Where an account stands."""

    FREE = "free"  # nothing is asked of it
    MET = "met"  # it has a second factor
    SOON = "soon"  # it needs one from a date on
    GRACE = "grace"  # it needs one, and may put it off a few times more
    DUE = "due"  # it sets one up at its next sign-in


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What the operator wants."""

    always: bool = True  # without a date: everybody, at every sign-in
    required_from: Instant | None = None
    groups: frozenset[str] = frozenset()  # whom the date is for; empty = everybody
    grace: int = 0  # sign-ins after the date without a second factor

    @property
    def dated(self) -> bool:
        return self.required_from is not None


@dataclass(frozen=True, slots=True)
class Having:
    """What an account has."""

    groups: frozenset[str] = frozenset()
    second: bool = False  # a second factor that works
    enrolled_once: bool = False
    put_off: int = 0  # sign-ins already made in grace


def duty(wanted: Enforcement, having: Having, now: Instant) -> Duty:
    """What this account owes now."""
    if having.second:
        return Duty.MET
    if wanted.required_from is None or not _meant(wanted, having):
        return Duty.DUE if wanted.always or having.enrolled_once else Duty.FREE
    if having.enrolled_once:
        return Duty.DUE
    if now < wanted.required_from:
        return Duty.SOON
    return Duty.GRACE if having.put_off < wanted.grace else Duty.DUE


def second_asked(wanted: Enforcement, having: Having, now: Instant) -> bool:
    """Whether a second factor is asked for at every sign-in, whatever is needed there."""
    if wanted.required_from is None or not _meant(wanted, having):
        return wanted.always
    if having.second or having.enrolled_once:
        return wanted.always or now >= wanted.required_from
    return duty(wanted, having, now) is Duty.DUE


def _meant(wanted: Enforcement, having: Having) -> bool:
    return not wanted.groups or not wanted.groups.isdisjoint(having.groups)
