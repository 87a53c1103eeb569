"""The small texts of a policy file: durations, quotas, hours, networks, origins, names.

Decides what each may look like. Every function here returns a value or raises ``ValueError`` with a sentence for
the author of the file; where in the file that is, ``parse`` knows. What passes is safe inside a gateway's
configuration: no blanks, quotes or control characters survive in a name, host, scope or file name.
"""

import re
from ipaddress import IPv6Address, ip_network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from twogate.rules.policy.mistakes import nearest
from twogate.rules.policy.model import Hours, Network, Quota

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_DURATION = 366 * 86_400
MAX_QUOTA = 1_000_000_000
MAX_WINDOW = 31 * 86_400

NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{0,63}"
SCOPE_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}"
DURATION_PATTERN = r"[1-9][0-9]{0,8}[smhd]"
QUOTA_PATTERN = r"[1-9][0-9]{0,9}/(second|minute|hour|day|[1-9][0-9]{0,8}[smhd])"
HOURS_PATTERN = (
    r"[A-Za-z]{3}(-[A-Za-z]{3})?(,[A-Za-z]{3}(-[A-Za-z]{3})?)* "
    r"[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9] [A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"
)
HOST_PATTERN = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
ORIGIN_PATTERN = rf"[Hh][Tt][Tt][Pp][Ss]?://{HOST_PATTERN}"
CA_FILE_PATTERN = r"[A-Za-z0-9._/+@~-]{1,255}"

_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_WORD = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_DEFAULT_PORT = {"http": "80", "https": "443"}
_MAX_PORT = 65_535
_MAX_HOST = 253
_DAY = 24 * 60


def duration(text: str) -> int:
    """Seconds of ``90s``, ``5m``, ``12h``, ``30d``."""
    if not re.fullmatch(DURATION_PATTERN, text):
        raise ValueError('a duration is a whole number and s, m, h or d, for example "5m"')
    seconds = int(text[:-1]) * _UNIT[text[-1]]
    if seconds > MAX_DURATION:
        raise ValueError("a duration is at most 366d")
    return seconds


def quota(text: str) -> Quota:
    """A limit and a window: ``100/day``, ``50/10s``."""
    if not re.fullmatch(QUOTA_PATTERN, text):
        raise ValueError('a quota is a number and a window, for example "100/day" or "50/10s"')
    limit, _, window = text.partition("/")
    seconds = _WORD[window] if window in _WORD else int(window[:-1]) * _UNIT[window[-1]]
    if int(limit) > MAX_QUOTA:
        raise ValueError("a quota allows at most 1000000000 requests")
    if seconds > MAX_WINDOW:
        raise ValueError("the window of a quota is at most 31d")
    return Quota(limit=int(limit), seconds=seconds)


def hours(text: str) -> Hours:
    """Days, a span and a time zone: ``Mon-Fri 08:00-18:00 Europe/Berlin``."""
    if not re.fullmatch(HOURS_PATTERN, text):
        raise ValueError('hours are days, a span and a time zone, for example "Mon-Fri 08:00-18:00 Europe/Berlin"')
    days, span, zone = text.split(" ")
    start, _, end = span.partition("-")
    begins, ends = _minute(start), _minute(end)
    if begins == _DAY:
        raise ValueError("a span begins before 24:00")
    _check_zone(zone)
    return Hours(days=_days(days), start=begins, end=ends, zone=zone)


def network(text: str) -> Network:
    """An IPv4 or IPv6 network, or one address."""
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        wide = ip_network(text, strict=False)
    except ValueError:
        raise ValueError('a network is an address or CIDR, for example "10.0.0.0/8" or "2001:db8::/32"') from None
    raise ValueError(f'the address has bits beyond the prefix; did you mean "{wide}"?')


def origin(text: str) -> str:
    """``scheme://host[:port]`` in lower case without a default port (RFC 6454 section 6.2)."""
    found = re.fullmatch(rf"({ORIGIN_PATTERN})/?", text)
    if not found:
        raise ValueError('write scheme, host and perhaps a port, no path: "https://api.example.com"')
    scheme, _, authority = found[1].lower().partition("://")
    authority = host(authority)
    return f"{scheme}://{authority.removesuffix(':' + _DEFAULT_PORT[scheme])}"


def host(text: str) -> str:
    """A host name or address, perhaps with a port, in lower case (RFC 3986 section 3.2.2)."""
    if not re.fullmatch(HOST_PATTERN, text) or ".." in text:
        raise ValueError('a host is a name or an address, perhaps with a port: "api.example.com:8443"')
    if text.startswith("["):
        IPv6Address(text[1 : text.index("]")])
    name, colon, port = text.rpartition(":")
    if colon and not name.startswith("[") and ":" in name:
        raise ValueError("write an IPv6 address in brackets")
    if colon and not text.endswith("]") and not 0 < int(port) <= _MAX_PORT:
        raise ValueError("a port is 1 to 65535")
    if len(text) > _MAX_HOST:
        raise ValueError("a host is at most 253 characters")
    return text.lower()


def name(text: str) -> str:
    """The name of an upstream or a rule."""
    if not re.fullmatch(NAME_PATTERN, text):
        raise ValueError("a name is at most 64 of a-z 0-9 . _ - and begins with a letter or digit")
    return text


def scope(text: str) -> str:
    """A scope token, narrower than RFC 6749 section 3.3 so that it is safe everywhere it is written."""
    if not re.fullmatch(SCOPE_PATTERN, text):
        raise ValueError("a scope is at most 64 letters, digits and . _ : / - and begins with a letter or digit")
    return text


def ca_file(text: str) -> str:
    """The file name of a CA bundle."""
    if not re.fullmatch(CA_FILE_PATTERN, text):
        raise ValueError("a file name here is letters, digits and . _ / + @ ~ - (at most 255)")
    return text


def _minute(text: str) -> int:
    minute = int(text[:2]) * 60 + int(text[3:])
    if minute > _DAY:
        raise ValueError("a time of day is 00:00 to 24:00")
    return minute


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for span in text.lower().split(","):
        first, _, last = span.partition("-")
        for word in (first, last or first):
            if word not in DAYS:
                raise ValueError("days are Mon Tue Wed Thu Fri Sat Sun")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(days)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(zone, available_timezones())
        raise ValueError(f"no such time zone; {hint or 'write an IANA name such as Europe/Berlin'}") from None
