"""A bounded pool for slow hashes: as many at once as there are cores, a short queue, and then "come back later".

Decides how much hashing may be under way. A seat is taken before a try is counted, so that a full house costs
nobody a try. What is hashed, and at which cost, is ``rules.factors``.
"""

import asyncio
import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

T = TypeVar("T")
_FIRST_GUESS = 0.03  # seconds; what a hash really takes here is learnt from the first ones on
_LEARN = 0.1  # weight of the newest one


class Seat:
    """The right to run one slow function. Leave it by ``with``."""

    def __init__(self, pool: "HashingPool") -> None:
        self._pool = pool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.leave()

    async def run(self, function: Callable[[], T]) -> T:
        """Run it on a thread of the pool; the event loop goes on meanwhile."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            return await loop.run_in_executor(self._pool.executor, function)
        finally:
            self._pool.learn(loop.time() - begun)


class HashingPool:
    """Threads for hashing; Argon2 lets go of the interpreter while it works."""

    def __init__(self, *, threads: int = 0, queue: int = 64) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self.executor = ThreadPoolExecutor(self.threads, thread_name_prefix="hashing")
        self._seats = self.threads + queue
        self._taken = 0
        self._seconds = _FIRST_GUESS

    @property
    def taken(self) -> int:
        """Seats in use: running and waiting."""
        return self._taken

    @property
    def retry_after(self) -> int:
        """Seconds after which it is worth asking again: when the queue of now will be worked off."""
        return max(1, math.ceil(self._taken * self._seconds / self.threads))

    def seat(self) -> Seat | Refused:
        """Take a seat, or BUSY."""
        if self._taken >= self._seats:
            return Refused(Reason.BUSY, f"{self._taken} hashes under way")
        self._taken += 1
        return Seat(self)

    def leave(self) -> None:
        self._taken -= 1

    def learn(self, seconds: float) -> None:
        """Waiting included: the queue makes the guess longer, which is right."""
        share = seconds * self.threads / max(self._taken, self.threads)
        self._seconds += (share - self._seconds) * _LEARN

    def close(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)
