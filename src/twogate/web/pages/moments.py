"""A point in time in the words of a person.

Decides how near times are told ("5 minutes ago") and far ones written (day, month, year, hour in UTC), without
knowing the reader's time zone: the machine-readable form stands beside it in the page.
"""

from twogate.terms.instant import Instant
from twogate.web.pages.texts import counted, text

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def moment(then: Instant, now: Instant) -> str:
    """Return when that was, seen from now."""
    ago = now.since(then)
    if -_MINUTE < ago < _MINUTE:
        return text("time.now")
    if _MINUTE <= ago < _HOUR:
        return counted("time.minutes_ago", int(ago // _MINUTE))
    if _HOUR <= ago < _DAY:
        return counted("time.hours_ago", int(ago // _HOUR))
    return text("time.at", day=day_of(then), clock=f"{then.utc():%H:%M}")


def day_of(then: Instant) -> str:
    """Return the day alone."""
    day = then.utc()
    number = text("time.first_day") if day.day == 1 else day.day
    return text("time.day", day=number, month=text(f"month.{day.month}"), year=day.year)
