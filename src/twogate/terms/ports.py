"""The two things a program cannot compute: what time it is, and what nobody can guess.

Decides nothing. The real ones are in ``outside.clock`` and ``outside.entropy``; tests pass their own.
"""

from typing import Protocol

from twogate.terms.instant import Instant


class Clock(Protocol):
    """Tells the time and waits, so that a fake clock fakes both."""

    def now(self) -> Instant: ...

    async def sleep(self, seconds: float) -> None: ...


class Entropy(Protocol):
    """Bytes from a cryptographically secure generator."""

    def bytes(self, count: int) -> bytes: ...
