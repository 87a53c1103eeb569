"""What is asked for at a sign-in."""

import pytest
from pydantic import ValidationError

from twogate.rules.signin.enforcement import Enforcement
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.terms.instant import Instant

FIRST_OF_DECEMBER = Instant(1_796_083_200_000)  # 2026-12-01T00:00:00Z


def test_a_day_is_read_in_utc() -> None:
    """A date begins at midnight, a moment is a moment; without one there is no day."""
    assert SignInSettings(required_from="2026-12-01").enforcement.required_from == FIRST_OF_DECEMBER
    moment = SignInSettings(required_from="2026-12-01T08:00Z").enforcement.required_from
    assert moment == FIRST_OF_DECEMBER.plus(8 * 3600)
    assert SignInSettings().enforcement == Enforcement()


def test_what_the_rules_are_given() -> None:
    """Groups, grace and whether everybody is asked anyway."""
    settings = SignInSettings(
        second_factor=SecondFactor.WHEN_NEEDED, required_from="2026-12-01", required_groups=("staff",), grace=3
    )
    assert settings.enforcement == Enforcement(
        always=False, required_from=FIRST_OF_DECEMBER, groups=frozenset({"staff"}), grace=3
    )


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30", "2026-12-01T25:00Z", "2026-12-01T08:00", "01.12.2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """Neither words nor days that do not exist nor local time."""
    with pytest.raises(ValidationError):
        SignInSettings(required_from=text)
