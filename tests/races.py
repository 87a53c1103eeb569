"""Pairs of tries at one thing that counts once: however they race, one of the two is accepted.

Decides how pairs are run and counted; each test says what is raced. ``TWOGATE_PAIRS`` is how many pairs are run: a few
by default, ten thousand in the nightly profile.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PAIRS = int(os.environ.get("TWOGATE_PAIRS", "15"))
TIMEOUT = 120 + PAIRS  # seconds for one test: pairs are raced one after the other, and a machine may be busy

Try = Awaitable[bool]  # whether it was accepted
Pair = Callable[[int], Awaitable[tuple[Try, Try]]]  # makes ready pair number n: everything but the last step


@dataclass(frozen=True)
class Tally:
    """How many pairs were raced, and in how many both, or neither, were accepted."""

    pairs: int
    both: int
    neither: int


async def race(ready: Pair, *, pairs: int = PAIRS) -> Tally:
    """Race so many pairs. A test asserts ``tally == Tally(pairs, both=0, neither=0)``."""
    both = neither = 0
    for number in range(pairs):
        first, second = await ready(number)
        accepted = await asyncio.gather(first, second)
        both += all(accepted)
        neither += not any(accepted)
    return Tally(pairs, both, neither)
