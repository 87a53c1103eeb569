"""A point in time in the words of a person."""

import pytest
from tests.ports import NOON

from twogate.web.pages.moments import moment


@pytest.mark.parametrize(
    ("seconds_ago", "words"),
    [
        (0, "just now"),
        (-30, "just now"),
        (59, "just now"),
        (60, "one minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "one hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "23 November 2026, 12:00 UTC"),
        (-86_400, "25 November 2026, 12:00 UTC"),
    ],
)
def test_near_times_are_told_and_far_ones_written(seconds_ago: int, words: str) -> None:
    """Within a day the distance is told, beyond it the date."""
    assert moment(NOON.plus(-seconds_ago), NOON) == words
