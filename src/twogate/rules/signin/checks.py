"""Why somebody is asked for something: each reason to prompt is a named check, in the order it is told.

Decides what is missing. What is asked because of it is ``machine``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from twogate.rules.assurance.level import Assurance, Level
from twogate.rules.assurance.step_up import Need
from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class Standing:
    """What was proved so far, and what is needed."""

    need: Need
    worth: Assurance
    now: Instant
    started: Instant


@dataclass(frozen=True, slots=True)
class Check:
    """One reason to prompt."""

    id: str
    sentence: str
    holds: Callable[[Standing], bool]


CHECKS = (
    Check(
        "nobody_known",
        "Nobody has signed in here yet.",
        lambda standing: standing.worth.level is Level.NONE,
    ),
    Check(
        "level_too_low",
        "What was proved so far does not reach the level that is needed.",
        lambda standing: Level.NONE < standing.worth.level < standing.need.level,
    ),
    Check(
        "factors_too_few",
        "Proofs of more different kinds are needed.",
        lambda standing: standing.worth.level > Level.NONE and standing.worth.factors < standing.need.factors,
    ),
    Check(
        "proof_too_old",
        "The last proof was given too long ago.",
        lambda standing: (
            standing.need.max_age is not None
            and standing.worth.level > Level.NONE
            and standing.worth.auth_time < min(standing.started, standing.now.plus(-standing.need.max_age))
        ),
    ),
)


def reasons(standing: Standing) -> tuple[Check, ...]:
    """The reasons to prompt that hold now, in order; empty when nothing is missing."""
    return tuple(check for check in CHECKS if check.holds(standing))
