"""Numbers of three rule books, to be held as a whole: how long a session lives, how often a secret may be guessed.

Decides the numbers and cites each. A profile sets what the operator leaves unset, and refuses what is looser.

========================  ==============================  ==============================  =========================
what                      ``nist``                        ``asvs``                        ``pci``
========================  ==============================  ==============================  =========================
one factor: idle          30 days (optional)              30 minutes                      15 minutes
one factor: overall       30 days, 63B-4 2.1.3            12 hours                        30 days
two factors: idle         1 hour, 63B-4 2.2.3             30 minutes                      15 minutes, DSS 8.2.8
two factors: overall      24 hours, 63B-4 2.2.3           12 hours                        24 hours
AAL3: idle                15 minutes, 63B-4 2.3.3         15 minutes                      15 minutes, DSS 8.2.8
AAL3: overall             12 hours, 63B-4 2.3.3           12 hours                        12 hours
tries in a row            10                              10                              10, DSS 8.3.4
wait after them           30 minutes                      30 minutes                      30 minutes, DSS 8.3.4
tries in all              100, 63B-4 3.2.2                100                             100
shortest password         8 beside a second factor,       8, ASVS 5.0 6.2.1               12, DSS 8.3.6
                          63B-4 3.1.1.2
========================  ==============================  ==============================  =========================

NIST is SP 800-63B-4, PCI is PCI DSS 4.0.1. OWASP ASVS 5.0 (7.3.1, 7.3.2) wants documented timeouts and leaves the
numbers to the operator; those here are the ones of ASVS 4.0.3, 3.3.2 (level 2, and level 3 for AAL3). Not met by any
profile, and said so: PCI DSS 8.3.6 also wants letters and digits, which NIST and ASVS forbid to ask for.
"""

from dataclasses import dataclass
from enum import StrEnum

from twogate.rules.assurance.session_life import Lifetimes, Limits

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Profile(StrEnum):
    """A rule book."""

    NIST = "nist"
    ASVS = "asvs"
    PCI = "pci"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a profile allows at most, in seconds and tries; ``lock`` and ``password`` are what it asks at least."""

    lifetimes: Lifetimes
    tries: int = 10
    lock: int = 30 * _MINUTE
    tries_in_all: int = 100
    password: int = 8  # characters


BOUNDS: dict[Profile, Bounds] = {
    Profile.NIST: Bounds(
        Lifetimes(
            aal1=Limits(30 * _DAY, 30 * _DAY),
            aal2=Limits(_HOUR, _DAY),
            aal3=Limits(15 * _MINUTE, 12 * _HOUR),
        )
    ),
    Profile.ASVS: Bounds(
        Lifetimes(
            aal1=Limits(30 * _MINUTE, 12 * _HOUR),
            aal2=Limits(30 * _MINUTE, 12 * _HOUR),
            aal3=Limits(15 * _MINUTE, 12 * _HOUR),
        )
    ),
    Profile.PCI: Bounds(
        Lifetimes(
            aal1=Limits(15 * _MINUTE, 30 * _DAY),
            aal2=Limits(15 * _MINUTE, _DAY),
            aal3=Limits(15 * _MINUTE, 12 * _HOUR),
        ),
        password=12,
    ),
}
