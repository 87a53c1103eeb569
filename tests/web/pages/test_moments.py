"""A point in time in the words of a person."""

from datetime import UTC, datetime

import pytest
from tests.ports import NOON
from tests.web.languages.speakers import speaking

from twogate.terms.instant import Instant
from twogate.terms.language import Language
from twogate.web.pages.moments import day_of, moment


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


@pytest.mark.parametrize(
    ("language", "first", "later"),
    [
        (Language.ENGLISH, "1 March 2026, 09:05 UTC", "24 November 2026"),
        (Language.GERMAN, "1. März 2026, 09:05 Uhr UTC", "24. November 2026"),
        (Language.FRENCH, "1er mars 2026, 09:05 UTC", "24 novembre 2026"),
        (Language.SPANISH, "1 de marzo de 2026, 09:05 UTC", "24 de noviembre de 2026"),
        (Language.CHINESE, "2026年3月1日 09:05 UTC", "2026年11月24日"),
    ],
)
def test_each_language_writes_dates_in_its_own_way(language: Language, first: str, later: str) -> None:
    """The first of a month has a name of its own in French."""
    then = Instant.from_seconds(datetime(2026, 3, 1, 9, 5, tzinfo=UTC).timestamp())
    now = Instant.from_seconds(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())
    with speaking(language):
        assert moment(then, now) == first
        assert day_of(now) == later
