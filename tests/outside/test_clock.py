"""The one place where time is read."""

import time

from twogate.outside.clock import SystemClock
from twogate.terms.instant import Instant


async def test_now_is_the_wall_clock_in_milliseconds() -> None:
    """What is read lies between two readings of the machine's own clock."""
    before = time.time_ns() // 1_000_000  # noqa: TID251  # what the port is compared with
    read = SystemClock().now()
    assert before <= read <= time.time_ns() // 1_000_000  # noqa: TID251  # as above
    assert isinstance(read, Instant)


async def test_sleeping_takes_at_least_as_long_as_asked() -> None:
    """A pause is not cut short."""
    began = time.monotonic()
    await SystemClock().sleep(0.02)
    assert time.monotonic() - began >= 0.019
