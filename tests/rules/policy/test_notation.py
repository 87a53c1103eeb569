"""Tests of ``twogate.rules.policy.notation``."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest

from twogate.rules.policy import notation
from twogate.rules.policy.model import Hours, Quota


@pytest.mark.parametrize(("text", "seconds"), [("1s", 1), ("5m", 300), ("12h", 43_200), ("366d", 31_622_400)])
def test_a_duration_is_seconds(text: str, seconds: int) -> None:
    """Durations are whole numbers with a unit."""
    assert notation.duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("100/day", Quota(100, 86_400)),
        ("5/hour", Quota(5, 3600)),
        ("50/10s", Quota(50, 10)),
        ("1/minute", Quota(1, 60)),
        ("7/2d", Quota(7, 172_800)),
    ],
)
def test_a_quota_is_a_limit_and_a_window(text: str, quota: Quota) -> None:
    """The window is a word or a duration."""
    assert notation.quota(text) == quota


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Sat-Mon", {5, 6, 0}),
        ("Mon,Wed,Fri-Sun", {0, 2, 4, 5, 6}),
        ("Mon-Sun", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_hours_name_days_by_three_letters(text: str, days: set[int]) -> None:
    """Spans of days may run over the end of the week."""
    assert notation.hours(f"{text} 08:00-18:30 Europe/Berlin") == Hours(frozenset(days), 480, 1110, "Europe/Berlin")


def test_hours_may_end_at_midnight_and_run_over_it() -> None:
    """24:00 is the end of a day; an end before the start is on the next day."""
    assert notation.hours("Mon 00:00-24:00 UTC") == Hours(frozenset({0}), 0, 1440, "UTC")
    assert notation.hours("Fri 22:00-06:00 UTC") == Hours(frozenset({4}), 1320, 360, "UTC")


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"])
def test_a_network_is_cidr_or_an_address(text: str) -> None:
    """IPv4 and IPv6 alike."""
    assert notation.network(text) == ip_network(text)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://API.Example.com/", "https://api.example.com"),
        ("https://api.example.com:443", "https://api.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://my_service:9000", "http://my_service:9000"),
    ],
)
def test_an_origin_has_one_spelling(text: str, origin: str) -> None:
    """RFC 6454 section 6.2: lower case, no default port, no path."""
    assert notation.origin(text) == origin


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (notation.duration, "0s"),
        (notation.duration, "5"),
        (notation.duration, "-5m"),
        (notation.duration, "5 m"),
        (notation.duration, "5m\n"),
        (notation.duration, "367d"),
        (notation.duration, "\u0665m"),
        (notation.quota, "0/day"),
        (notation.quota, "10/week"),
        (notation.quota, "10"),
        (notation.quota, "2000000000/day"),
        (notation.quota, "1/32d"),
        (notation.hours, "Mon-Fri 08:00-18:00"),
        (notation.hours, "Foo 08:00-18:00 UTC"),
        (notation.hours, "Mon 08:00-25:00 UTC"),
        (notation.hours, "Mon 24:00-08:00 UTC"),
        (notation.hours, "Mon 08:60-18:00 UTC"),
        (notation.hours, "Mon 08:00-18:00 Europe/Berln"),
        (notation.hours, "Mon 08:00-18:00 ../../etc/passwd"),
        (notation.network, "10.0.0.1/8"),
        (notation.network, "example.com"),
        (notation.network, ""),
        (notation.origin, "https://api.example.com/v1"),
        (notation.origin, "ftp://example.com"),
        (notation.origin, "https://u:p@example.com"),
        (notation.origin, "https://example.com:99999"),
        (notation.origin, "https://example.com:0"),
        (notation.origin, "https://exa mple.com"),
        (notation.origin, 'https://example.com"'),
        (notation.origin, "https://[::zz]"),
        (notation.origin, "*"),
        (notation.origin, "null"),
        (notation.host, "a..b"),
        (notation.host, "a/b"),
        (notation.host, "a" * 254),
        (notation.name, "Admin"),
        (notation.name, "a b"),
        (notation.name, ""),
        (notation.name, "a" * 65),
        (notation.scope, "a b"),
        (notation.scope, 'a"b'),
        (notation.scope, ""),
        (notation.ca_file, "a b.pem"),
        (notation.ca_file, "$HOME/ca.pem"),
        (notation.ca_file, "a\nb"),
    ],
)
def test_what_a_configuration_could_misread_is_refused(read: Callable[[str], object], text: str) -> None:
    """Wrong texts raise ``ValueError`` with a sentence."""
    with pytest.raises(ValueError, match=r"\w+ "):
        read(text)


def test_a_network_with_host_bits_names_the_one_that_was_meant() -> None:
    """The hint is the network itself."""
    with pytest.raises(ValueError, match=r"did you mean \"10\.0\.0\.0/8\""):
        notation.network("10.0.0.1/8")
