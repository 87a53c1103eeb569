"""How long sessions live, as an operator sets it."""

import pytest
from pydantic import ValidationError

from twogate.rules.assurance.session_life import Lifetimes, Limits
from twogate.settings.sessions import SessionSettings

DAY = 86_400


def test_the_defaults_are_the_limits_of_the_standard() -> None:
    """30 days; a day and an hour; half a day and fifteen minutes (63B-4, 2.1.3, 2.2.3, 2.3.3)."""
    assert SessionSettings().lifetimes == Lifetimes(
        aal1=Limits(30 * DAY, 30 * DAY), aal2=Limits(3_600, DAY), aal3=Limits(900, DAY // 2)
    )


@pytest.mark.parametrize(
    ("key", "most"),
    [
        ("aal1_overall", 30 * DAY),
        ("aal2_idle", 3_600),
        ("aal2_overall", DAY),
        ("aal3_idle", 900),
        ("aal3_overall", DAY // 2),
    ],
)
def test_nobody_can_set_more(key: str, most: int) -> None:
    """Shorter is possible, longer is not."""
    assert getattr(SessionSettings.model_validate({key: "60s"}), key) == 60
    with pytest.raises(ValidationError):
        SessionSettings.model_validate({key: most + 1})
