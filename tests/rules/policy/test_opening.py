"""Tests of ``twogate.rules.policy.opening``."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from twogate.rules.policy.notation import hours
from twogate.rules.policy.opening import is_open
from twogate.terms.instant import Instant


def at(text: str, zone: str = "Europe/Berlin") -> Instant:
    """An instant by its wall clock."""
    return Instant.from_seconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("span", "now", "opened"),
    [
        ("Mon-Fri 08:00-18:00", "2026-11-24 08:00", True),
        ("Mon-Fri 08:00-18:00", "2026-11-24 07:59:59", False),
        ("Mon-Fri 08:00-18:00", "2026-11-24 17:59:59", True),
        ("Mon-Fri 08:00-18:00", "2026-11-24 18:00", False),
        ("Mon-Fri 08:00-18:00", "2026-11-28 12:00", False),
        ("Fri 22:00-06:00", "2026-11-27 23:00", True),
        ("Fri 22:00-06:00", "2026-11-28 05:59", True),
        ("Fri 22:00-06:00", "2026-11-28 06:00", False),
        ("Fri 22:00-06:00", "2026-11-27 05:00", False),
        ("Sun 22:00-06:00", "2026-11-30 05:00", True),
        ("Tue 00:00-24:00", "2026-11-24 23:59", True),
        ("Tue 09:00-09:00", "2026-11-25 08:59", True),
        ("Tue 09:00-09:00", "2026-11-25 09:00", False),
    ],
)
def test_a_span_is_open_from_its_start_until_before_its_end(span: str, now: str, *, opened: bool) -> None:
    """Over midnight it belongs to the day on which it began."""
    assert is_open((hours(f"{span} Europe/Berlin"),), at(now)) is opened


def test_wall_clocks_follow_daylight_saving() -> None:
    """08:00 in Berlin is 07:00 UTC in winter and 06:00 UTC in summer."""
    span = (hours("Mon-Sun 08:00-09:00 Europe/Berlin"),)
    assert is_open(span, at("2026-01-15 07:30", "UTC"))
    assert not is_open(span, at("2026-07-15 07:30", "UTC"))
    assert is_open(span, at("2026-07-15 06:30", "UTC"))


def test_an_hour_that_happens_twice_is_open_twice() -> None:
    """In the night of the change 02:30 comes at 00:30 and at 01:30 UTC."""
    span = (hours("Sun 02:00-03:00 Europe/Berlin"),)
    assert is_open(span, at("2026-10-25 00:30", "UTC"))
    assert is_open(span, at("2026-10-25 01:30", "UTC"))


def test_no_hours_means_always_and_several_mean_any() -> None:
    """A rule without hours never closes."""
    assert is_open((), Instant(0))
    both = (hours("Mon 08:00-09:00 UTC"), hours("Tue 08:00-09:00 UTC"))
    assert is_open(both, at("2026-11-24 08:30", "UTC"))
