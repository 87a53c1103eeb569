"""What a program cannot compute: what time it is, what nobody can guess, which passwords were stolen.

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


class Breaches(Protocol):
    """A collection of stolen passwords, asked by hash."""

    def seen(self, sha1: str) -> int | None:
        """How often a password with this SHA-1 (40 upper-case digits) was seen; None: it cannot be said now."""
