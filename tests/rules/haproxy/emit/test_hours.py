"""Tests of ``twogate.rules.haproxy.emit.hours``: what the compiled lines compute is what ``is_open`` says.

The lines are read back and computed here as HAProxy computes them, so that no clock has to be turned: the hours around
every change of some zone's clocks in twenty years, in both hemispheres.
"""

import re
from itertools import pairwise

import pytest
from tests.ports import NOON

from twogate.rules.haproxy.emit import hours
from twogate.rules.policy import notation
from twogate.rules.policy.model import Requirement
from twogate.rules.policy.opening import is_open
from twogate.terms.instant import Instant

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "Australia/Sydney",  # the southern summer
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # a quarter off, no summer time
    "Pacific/Chatham",
    "Africa/Casablanca",  # back for one month of the year
)
SPANS = (
    "Mon-Fri 08:00-18:00",
    "Sun 01:30-03:30",
    "Sat 22:00-02:30",
    "Sun 02:00-03:00",
    "Mon-Sun 23:30-00:15",
    "Sat,Sun 00:00-24:00",
)
_WHEN = re.compile(
    r"set-var\(req\.open\) int\(1\) if \{ var\(req\.day(\d+)\) -m int ([\d ]+) \} "
    r"\{ var\(req\.minute\1\) -m int (\d+):(\d+) \}"
)
_RANGE = re.compile(r"(\d*):(\d*) (-?\d+)")


def compiled(text: str) -> list[tuple[set[int], int, int]]:
    """The days and minutes that the lines of one span open."""
    lines = hours.clock(Requirement(hours=(notation.hours(text),)))
    found = [_WHEN.search(" ".join(map(str, line.words))) for line in lines if hasattr(line, "words")]
    return [(set(map(int, one[2].split())), int(one[3]), int(one[4])) for one in found if one]


def offsets(zone: str) -> list[tuple[int, int, int]]:
    """The ranges of the zone's map."""
    rows = [_RANGE.fullmatch(line) for line in hours.offsets_map(zone).splitlines()]
    return [(int(row[1] or 0), int(row[2] or 2**62), int(row[3])) for row in rows if row]


def opened(ranges: list[tuple[int, int, int]], spans: list[tuple[set[int], int, int]], second: int) -> bool:
    """As HAProxy reckons: the offset of the range, weekday and minute by division."""
    offset = next(offset for first, last, offset in ranges if first <= second <= last)
    local = second + offset
    day, minute = (local // 86_400 + 3) % 7, local % 86_400 // 60
    return any(day in days and first <= minute <= last for days, first, last in spans)


@pytest.mark.parametrize("zone", ZONES)
def test_the_gateway_opens_and_closes_with_the_wall(zone: str) -> None:
    """Through gaps and folds, over midnight, in quarters of an hour for four hours around each change."""
    ranges = offsets(zone)
    changes = [since for since, _ in hours.transitions(zone)][1:12] or [NOON.seconds]
    around = [
        change + quarter * 900 - just_before
        for change in changes
        for quarter in range(-16, 16)
        for just_before in (0, 1)
    ]
    for text in SPANS:
        span, spans = notation.hours(f"{text} {zone}"), compiled(f"{text} {zone}")
        assert spans
        here = [opened(ranges, spans, moment) for moment in around]
        assert here == [is_open((span,), Instant.from_seconds(moment)) for moment in around], text


@pytest.mark.parametrize("zone", ZONES)
def test_the_ranges_leave_no_gap(zone: str) -> None:
    """Each second has one offset, before the first year and after the last one, too."""
    ranges = offsets(zone)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 2**62
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(ranges))


def test_without_hours_no_clock_is_read() -> None:
    """A rule that does not ask does not pay."""
    assert hours.clock(Requirement()) == ()
    assert hours.zone_files((Requirement(),)) == {}


def test_zones_are_files_of_their_own() -> None:
    """One for each zone that some rule names."""
    both = tuple(
        Requirement(hours=(notation.hours(f"Mon 08:00-09:00 {zone}"),)) for zone in ("Europe/Berlin", "UTC", "UTC")
    )
    assert list(hours.zone_files(both)) == ["zones/europe-berlin.map", "zones/utc.map"]
