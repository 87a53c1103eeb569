"""The counter of races counts: it sees a thing that is accepted twice, and one that is never."""

import asyncio

from tests.races import Tally, Try, race


async def test_what_is_accepted_twice_is_seen() -> None:
    """A check that looks, waits, and then writes lets both in; one that does it at once lets one in."""
    used: set[int] = set()

    async def careless(number: int) -> bool:
        fresh = number not in used
        await asyncio.sleep(0)
        used.add(number)
        return fresh

    async def careful(number: int) -> bool:
        fresh = number not in used
        used.add(number)
        await asyncio.sleep(0)
        return fresh

    async def never(_number: int) -> bool:
        return False

    async def pair_of(tried: object, number: int) -> tuple[Try, Try]:
        assert callable(tried)
        return tried(number), tried(number)

    assert await race(lambda number: pair_of(careless, number), pairs=5) == Tally(5, both=5, neither=0)
    used.clear()
    assert await race(lambda number: pair_of(careful, number), pairs=5) == Tally(5, both=0, neither=0)
    assert await race(lambda number: pair_of(never, number), pairs=5) == Tally(5, both=0, neither=5)
