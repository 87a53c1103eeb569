"""What the control plane does by itself."""

import asyncio

import structlog
from tests.ports import FakeClock

from twogate.store.unit import Store
from twogate.terms.session import Flow
from twogate.web.background import Pruning, running


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


async def test_pruning_forgets_what_is_over(store: Store, fake_clock: FakeClock) -> None:
    """An expired flow goes, a live one stays."""
    async with store.work() as unit:
        await unit.flows.add(Flow("a" * 64, "{}", fake_clock.now().plus(10)))
        await unit.flows.add(Flow("b" * 64, "{}", fake_clock.now().plus(9_000)))
    fake_clock.advance(4_000)
    assert await Pruning(store, fake_clock).prune() == 1
    async with store.read() as unit:
        assert await unit.flows.get("b" * 64) is not None
