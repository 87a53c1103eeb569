"""One of two processes that reach for the same things at the same moment.

It reads a batch's first number and size from standard input, tries for each number to use a prompt up, or to get a
phone in by a QR code, and answers with the numbers for which it was told that it was the first.
"""

import asyncio
import json
import sys

from tests.phone import Phone
from tests.ports import MASTER_KEY, NOON

from twogate.store.unit import Store
from twogate.terms.push import PromptId, PushDeviceId, Registration

_AT_ONCE = 20
_REGISTRATION = Registration(PushDeviceId("pdv_1"), Phone().jwk, "Racer", "s" * 86)


async def _reach(store: Store, kind: str, number: int) -> bool:
    async with store.work() as unit:
        if kind == "answer":
            return await unit.push_prompts.use(PromptId(f"prq_{number}"), NOON)
        return await unit.push_pairings.claim(f"token-{number}", _REGISTRATION, NOON)


async def _batch(store: Store, kind: str, numbers: range) -> list[int]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> bool:
        async with turns:
            return await _reach(store, kind, number)

    won = await asyncio.gather(*(one(number) for number in numbers))
    return [number for number, first in zip(numbers, won, strict=True) if first]


async def _main(url: str, kind: str) -> None:
    store = await Store.open(url, master_key=MASTER_KEY)
    print("ready", flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            start, size = map(int, line.split())
            print(json.dumps(await _batch(store, kind, range(start, start + size))), flush=True)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2]))
