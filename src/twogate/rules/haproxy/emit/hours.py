"""Wall-clock hours at the gateway: daylight saving included, no clock but HAProxy's own ``date``.

Decides how an instant becomes a weekday and a minute in a named zone: the compiler writes every change of the zone's
offset to UTC between two years into a map of number ranges, and HAProxy adds the offset it finds there. So a span
opens and closes at the right second for years without a reload, and the result can be tested by arithmetic alone.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from twogate.rules.haproxy.document import Comment, Line, say
from twogate.rules.policy.model import Hours, Requirement

FIRST_YEAR = 2025
LAST_YEAR = 2045
"""Beyond these the first or last known offset goes on."""

CLOSED = "!open_now"
_DAY = 86_400
_THURSDAY = 3  # 1970-01-01, counted from Monday = 0


def zone_file(zone: str) -> str:
    """Return the name of a zone's offset map."""
    return f"zones/{zone.replace('/', '-').lower()}.map"


def zone_files(requirements: tuple[Requirement, ...]) -> dict[str, str]:
    """Return the offset maps that some requirements need."""
    zones = sorted({span.zone for require in requirements for span in require.hours})
    return {zone_file(zone): offsets_map(zone) for zone in zones}


def clock(require: Requirement) -> tuple[Line, ...]:
    """Set weekday and minute for each zone and define ``open_now``."""
    if not require.hours:
        return ()
    zones = tuple(dict.fromkeys(span.zone for span in require.hours))
    lines: list[Line] = [say("http-request unset-var(req.open)")]  # a rule in shadow mode may have said "open"
    for number, zone in enumerate(zones):
        lines.append(Comment(f"wall clock in {zone}"))
        lines.append(say(f"http-request set-var(req.offset{number}) date,map_int_int({zone_file(zone)},0)"))
        lines.append(say(f"http-request set-var(req.local{number}) date,add(req.offset{number})"))
        lines.append(
            say(f"http-request set-var(req.day{number}) var(req.local{number}),div({_DAY}),add({_THURSDAY}),mod(7)")
        )
        lines.append(say(f"http-request set-var(req.minute{number}) var(req.local{number}),mod({_DAY}),div(60)"))
    for span in require.hours:
        lines += _open(span, zones.index(span.zone))
    lines.append(say("acl open_now var(req.open) -m found"))
    return tuple(lines)


def _open(span: Hours, number: int) -> list[Line]:
    last = span.end - 1
    if span.start < span.end:
        return [_when(span.days, number, span.start, last)]
    lines = [_when(span.days, number, span.start, _DAY // 60 - 1)]
    if span.end:
        lines.append(_when(frozenset((day + 1) % 7 for day in span.days), number, 0, last))
    return lines


def _when(days: frozenset[int], number: int, first: int, last: int) -> Line:
    weekdays = " ".join(map(str, sorted(days)))
    return say(
        f"http-request set-var(req.open) int(1) if {{ var(req.day{number}) -m int {weekdays} }}",
        f"{{ var(req.minute{number}) -m int {first}:{last} }}",
    )


@lru_cache(maxsize=64)
def offsets_map(zone: str) -> str:
    """Return lines ``first:last offset`` in seconds; ranges are closed and leave no gap."""
    changes = transitions(zone)
    lines = []
    for index, (since, offset) in enumerate(changes):
        begin = "" if index == 0 else str(since)
        end = str(changes[index + 1][0] - 1) if index + 1 < len(changes) else ""
        lines.append(f"{begin}:{end} {offset}\n" if begin or end else f"0:{2**62} {offset}\n")
    return "".join(lines)


def transitions(zone: str) -> tuple[tuple[int, int], ...]:
    """Return (first second, offset in seconds) for every span of constant offset."""
    place = ZoneInfo(zone)

    def offset(second: int) -> int:
        delta = datetime.fromtimestamp(second, UTC).astimezone(place).utcoffset() or timedelta()
        return int(delta.total_seconds())

    second = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())
    found = [(second, offset(second))]
    while second < end:
        if offset(second + _DAY) != found[-1][1]:
            low, high = second, second + _DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
            found.append((high, offset(high)))
        second += _DAY
    return tuple(found)
