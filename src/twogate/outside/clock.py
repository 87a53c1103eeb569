"""The machine's clock: the one place where time is read."""

import asyncio
import time

from twogate.terms.instant import Instant


class SystemClock:
    """``terms.ports.Clock`` on the system's wall clock."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1_000_000)  # noqa: TID251  # this file is the clock port

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
