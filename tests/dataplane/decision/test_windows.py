"""Quotas are counted in sliding windows, bounded in memory."""

from twogate.dataplane.decision.windows import Windows
from twogate.rules.policy.request import QuotaKey
from twogate.terms.instant import Instant

KEY = QuotaKey("rare", 10, 60, "usr_a")


def at(windows: Windows, seconds: float) -> Windows:
    windows.now = Instant.from_seconds(1_000_000 + seconds)
    return windows


def test_requests_add_up_within_a_window_and_wear_off_in_the_next() -> None:
    """The last full window counts by the part of it that the sliding window still covers."""
    windows = Windows()
    for second in range(10):
        at(windows, second).charge([KEY])
    assert windows[KEY] == 10
    assert at(windows, 60)[KEY] == 10
    assert at(windows, 90)[KEY] == 5
    assert at(windows, 119)[KEY] == 0
    assert at(windows, 500)[KEY] == 0


def test_two_full_windows_never_pass_as_one() -> None:
    """Who used a window up to its end cannot use the next one up at its beginning."""
    windows = at(Windows(), 59)
    for _ in range(10):
        windows.charge([KEY])
    assert at(windows, 61)[KEY] >= 9


def test_each_holder_and_rule_counts_alone_and_an_ipv6_network_as_one() -> None:
    """Two addresses of one /64 share a counter; two people do not."""
    windows = at(Windows(), 0)
    first, second, third = (QuotaKey("open", 5, 60, holder) for holder in ("2001:db8::1", "2001:db8::2", "2001:db9::1"))
    windows.charge([first, KEY])
    assert (windows[second], windows[KEY]) == (1, 1)
    assert windows.get(third, 0) == 0
    assert windows.get(QuotaKey("rare", 10, 60, "usr:b"), 0) == 0


def test_memory_is_bounded_and_swept() -> None:
    """More counters than there is room for push out what is over first, then the oldest."""
    windows = at(Windows(most=3), 0)
    keys = [QuotaKey("rare", 10, 60, f"usr_{n}") for n in range(5)]
    windows.charge(keys[:3])
    at(windows, 200).charge(keys[3:4])
    assert set(windows) == {keys[3]}
    windows.charge([keys[0], keys[1], keys[2]])
    assert keys[3] not in set(windows)
    assert len(windows) == 3
    at(windows, 1000).sweep()
    assert not windows
