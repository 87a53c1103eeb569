"""The pool: bounded, off the event loop, honest about when to come back."""

import asyncio
import threading

import pytest

from twogate.services.hashing import HashingPool, Seat
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


def _taken(pool: HashingPool) -> Seat:
    seat = pool.seat()
    assert isinstance(seat, Seat)
    return seat


async def test_it_runs_on_a_thread_of_its_own() -> None:
    """The event loop goes on while something hashes."""
    pool = HashingPool(threads=1)
    started, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        go_on.wait(5)
        return threading.current_thread().name

    with _taken(pool) as seat:
        running = asyncio.create_task(seat.run(slow))
        while not started.is_set():  # noqa: ASYNC110  # the loop must be free for this to get anywhere
            await asyncio.sleep(0)
        go_on.set()
        assert (await running).startswith("hashing")
    assert pool.taken == 0
    pool.close()


def test_seats_are_as_many_as_threads_and_queue() -> None:
    """Beyond that the answer is BUSY, until somebody leaves."""
    pool = HashingPool(threads=2, queue=1)
    seats = [_taken(pool) for _ in range(3)]
    refused = pool.seat()
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BUSY
    with seats[0]:
        pass
    assert isinstance(pool.seat(), Seat)
    pool.close()


def test_a_seat_is_given_back_whatever_happens() -> None:
    """Also when what ran in it broke."""
    pool = HashingPool(threads=1, queue=0)

    def use_it() -> None:
        with _taken(pool):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        use_it()
    assert pool.taken == 0
    pool.close()


def test_waiting_grows_with_the_queue() -> None:
    """At least a second; longer, the more is waiting and the slower hashes are."""
    pool = HashingPool(threads=1, queue=1000)
    assert pool.retry_after == 1
    for _ in range(200):
        _taken(pool)
    short = pool.retry_after
    assert short > 1
    for _ in range(50):
        pool.learn(200 * 0.5)  # half a second each, seen from the end of the queue
    assert pool.retry_after > short
    pool.close()


def test_there_is_a_thread_for_each_core() -> None:
    """Unless the operator says otherwise."""
    pool = HashingPool()
    assert pool.threads >= 1
    pool.close()
