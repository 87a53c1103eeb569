"""Is it within the hours of a rule? Wall-clock time in a named zone, daylight saving included (IANA tz database).

Decides open or closed for an instant. What "now" is comes as an argument.
"""

from zoneinfo import ZoneInfo

from twogate.rules.policy.model import Hours
from twogate.terms.instant import Instant


def is_open(hours: tuple[Hours, ...], now: Instant) -> bool:
    """Whether any of the spans holds ``now``; no spans means always."""
    return not hours or any(_within(span, now) for span in hours)


def _within(span: Hours, now: Instant) -> bool:
    local = now.utc().astimezone(ZoneInfo(span.zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    if span.start < span.end:
        return today in span.days and span.start <= minute < span.end
    return (today in span.days and minute >= span.start) or (yesterday in span.days and minute < span.end)
