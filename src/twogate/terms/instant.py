"""A point in time: whole milliseconds since 1970-01-01T00:00:00Z, without a time zone.

Decides how time is written. Reading the clock is ``terms.ports.Clock``.
"""

from datetime import UTC, datetime
from typing import Self


class Instant(int):
    """Milliseconds since the epoch. Compares and subtracts as the integer it is."""

    __slots__ = ()

    @classmethod
    def from_seconds(cls, seconds: float) -> Self:
        return cls(int(seconds * 1000))

    @property
    def seconds(self) -> int:
        """Whole seconds since the epoch, rounded down: the NumericDate of RFC 7519 section 2."""
        return self // 1000

    def plus(self, seconds: float) -> "Instant":
        return Instant(self + int(seconds * 1000))

    def since(self, earlier: int) -> float:
        """Seconds from ``earlier`` (an Instant) to this one; negative if it is later."""
        return (self - earlier) / 1000

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self / 1000, tz=UTC)

    def isoformat(self) -> str:
        """Return RFC 3339 with milliseconds, for example ``2026-11-24T07:24:18.123Z``."""
        return self.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")
