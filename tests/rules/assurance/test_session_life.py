"""When a session is over, by the level it has reached."""

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import proof, proofs

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.session_life import Lifetimes, Limits, ends

DAY = 86_400
LIMITS = Lifetimes(aal1=Limits(30 * DAY, 30 * DAY), aal2=Limits(3_600, DAY), aal3=Limits(900, DAY // 2))


@pytest.mark.parametrize(
    ("factors", "unused", "used"),
    [
        (("password",), 30 * DAY, 30 * DAY),
        (("password", "totp"), 3_600, DAY),
        (("passkey",), 3_600, DAY),
        (("synced_hardware",), 3_600, DAY),
        (("device_passkey",), 900, DAY // 2),
    ],
)
def test_a_session_ends_idle_or_overall(factors: tuple[str, ...], unused: int, used: int) -> None:
    """Idle time counts from the last use, the whole from the proofs (63B-4, 2.1.3, 2.2.3, 2.3.3)."""
    shown = proofs(*factors)
    assert ends(shown, NOON, LIMITS) == NOON.plus(unused)
    assert ends(shown, NOON.plus(used), LIMITS) == NOON.plus(used)


def test_a_raised_session_lives_by_the_higher_limits() -> None:
    """The oldest proof that the level needs counts, not the youngest one."""
    shown = (proof("password", at=NOON.plus(-DAY + 60)), proof("totp"))
    assert ends(shown, NOON, LIMITS) == NOON.plus(60)


def test_limits_by_level() -> None:
    """Phishing-resistant levels are kinds of AAL2."""
    assert [LIMITS.of(level) for level in sorted(Level)] == [
        LIMITS.aal1,
        LIMITS.aal1,
        LIMITS.aal2,
        LIMITS.aal2,
        LIMITS.aal2,
        LIMITS.aal3,
    ]
