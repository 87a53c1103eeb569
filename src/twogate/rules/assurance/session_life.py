"""When a session is over (NIST SP 800-63B-4, sections 2.1.3, 2.2.3, 2.3.3): idle too long, or too long altogether.

Decides from the proofs that a session rests on, so that a session that was raised to AAL2 also lives by AAL2's limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twogate.rules.assurance.level import Level, add_up
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. ``idle`` counts from the last use, ``overall`` from the proofs."""

    idle: int
    overall: int


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Limits for each authenticator assurance level."""

    aal1: Limits
    aal2: Limits
    aal3: Limits

    def of(self, level: Level) -> Limits:
        """``phr`` and ``phrh`` are kinds of AAL2."""
        if level >= Level.AAL3:
            return self.aal3
        return self.aal2 if level >= Level.AAL2 else self.aal1


def ends(proofs: Iterable[Proof], last_used: Instant, lifetimes: Lifetimes) -> Instant:
    """Return when a session with these proofs is over, unless it is used or its proofs are renewed."""
    worth = add_up(proofs)
    limits = lifetimes.of(worth.level)
    return min(last_used.plus(limits.idle), worth.auth_time.plus(limits.overall))
