"""What the control plane does by itself."""

import asyncio

import structlog
from tests.ports import FakeClock

from twogate.web.background import running


async def test_a_fault_is_written_down_and_tried_again(fake_clock: FakeClock) -> None:
    """A task that raises is called again after a pause, and the operator is told."""
    calls = 0
    again = asyncio.Event()

    async def task() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError
        again.set()
        await asyncio.Event().wait()

    with structlog.testing.capture_logs() as lines:
        async with running({"task": task}, fake_clock):
            await asyncio.wait_for(again.wait(), 5)
    assert [line["task"] for line in lines] == ["task"]


async def test_tasks_have_ended_when_the_block_has(fake_clock: FakeClock) -> None:
    """Leaving the block cancels every task and waits until it is gone."""
    ended = False

    async def task() -> None:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended = True

    async with running({"task": task}, fake_clock):
        await asyncio.sleep(0)
    assert ended
