"""How often each holder was let through: the counters of quotas, of this one process.

Decides how a sliding window is counted: as HAProxy's stick-tables do, the last full window weighed against the running
one, and an IPv6 caller is its network of 64 bits. Counters are not shared between processes, and are gone with them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from twogate.rules.policy.request import QuotaKey
from twogate.terms.instant import Instant

_MOST = 1_000_000


@dataclass(slots=True)
class _Window:
    start: int  # milliseconds
    count: int = 0
    before: int = 0


class Windows(Mapping[QuotaKey, int]):
    """What each counter holds at ``now``."""

    def __init__(self, *, most: int = _MOST) -> None:
        self.now = Instant(0)
        self._windows: dict[QuotaKey, _Window] = {}
        self._most = most

    def __getitem__(self, key: QuotaKey) -> int:
        key = _counted(key)
        window = self._windows[key]
        length = key.seconds * 1000
        if self.now - window.start >= length:
            _turn(window, self.now, length)
        if not window.before:
            return window.count
        return window.count + window.before * (length - self.now + window.start) // length

    def get(self, key: QuotaKey, default: Any = None) -> Any:
        """As of any mapping, without an exception for the usual absence."""
        return self[key] if _counted(key) in self._windows else default

    def __iter__(self) -> Iterator[QuotaKey]:
        return iter(self._windows)

    def __len__(self) -> int:
        return len(self._windows)

    def charge(self, keys: Iterable[QuotaKey]) -> None:
        """Count one request."""
        for key in map(_counted, keys):
            window = self._windows.get(key)
            if window is None:
                self._make_room()
                window = self._windows[key] = _Window(self.now)
            length = key.seconds * 1000
            if self.now - window.start >= length:
                _turn(window, self.now, length)
            window.count += 1

    def sweep(self) -> None:
        """Forget counters that have nothing to say any more."""
        over = [key for key, window in self._windows.items() if self.now - window.start > 2000 * key.seconds]
        for key in over:
            del self._windows[key]

    def _make_room(self) -> None:
        if len(self._windows) >= self._most:
            self.sweep()
        if len(self._windows) >= self._most:
            del self._windows[next(iter(self._windows))]


def _turn(window: _Window, now: int, length: int) -> None:
    """Begin a new window; the one before it is the last full one, if it was the last."""
    passed = (now - window.start) // length
    window.before = window.count if passed == 1 else 0
    window.count = 0
    window.start += passed * length


def _counted(key: QuotaKey) -> QuotaKey:
    return key if ":" not in key.holder else _of_network(key)


@lru_cache(maxsize=10_000)
def _of_network(key: QuotaKey) -> QuotaKey:
    try:
        return key._replace(holder=str(ip_network(f"{key.holder}/64", strict=False)))
    except ValueError:
        return key  # a subject that holds a colon
