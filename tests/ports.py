"""Stand-ins for the two ports: a clock that moves when it is told to, a generator that repeats itself."""

import asyncio
import hashlib

from twogate.terms.instant import Instant

NOON = Instant(1_795_521_600_000)  # 2026-11-24T12:00:00Z
MASTER_KEY = bytes(range(32))


class FakeClock:
    """Stands still until it is moved; ``sleep`` moves it at once and only lets others run."""

    def __init__(self, start: int = NOON) -> None:
        self.instant = Instant(start)

    def now(self) -> Instant:
        return self.instant

    def advance(self, seconds: float) -> Instant:
        self.instant = self.instant.plus(seconds)
        return self.instant

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)


class SeededEntropy:
    """The same bytes in the same order for the same seed; no two draws are alike."""

    def __init__(self, seed: str = "twogate") -> None:
        self._seed = seed
        self._draws = 0

    def bytes(self, count: int) -> bytes:
        self._draws += 1
        return hashlib.shake_256(f"{self._seed}/{self._draws}".encode()).digest(count)
