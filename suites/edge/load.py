"""Load on a gateway: kept-alive connections and new ones, every answer looked at.

Decides what counts as a failure: anything but the expected status, and a connection that ends before its answer. An
announced end (``Connection: close``) is none.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from suites.edge.field import Connection


@dataclass(slots=True)
class Tally:
    """What came of the load."""

    answered: int = 0
    reopened: int = 0
    failures: list[str] = field(default_factory=list)


async def _keep_asking(port: int, token: str, tally: Tally, *, pause: float) -> None:
    """Use one connection as long as the gateway keeps it."""
    while True:
        async with _connected(port, tally) as connection:
            while connection is not None and not connection.over:
                await _ask(connection, token, tally)
                await asyncio.sleep(pause)
        tally.reopened += 1


async def _ask_anew(port: int, token: str, tally: Tally, *, pause: float) -> None:
    """Open a connection for each request."""
    while True:
        async with _connected(port, tally) as connection:
            if connection is not None:
                await _ask(connection, token, tally)
        await asyncio.sleep(pause)


@asynccontextmanager
async def _connected(port: int, tally: Tally) -> AsyncIterator[Connection | None]:
    try:
        connection = await Connection.open(port)
    except OSError as error:
        tally.failures.append(f"connect: {error!r}")
        await asyncio.sleep(0.05)
        yield None
        return
    try:
        yield connection
    finally:
        await connection.close()


async def _ask(connection: Connection, token: str, tally: Tally) -> None:
    try:
        answer = await connection.get("/load", token)
    except (OSError, asyncio.IncompleteReadError) as error:
        tally.failures.append(f"{type(connection).__name__}: {error!r}")
        connection.over = True
        return
    if answer.status == 200:  # what the upstream answers
        tally.answered += 1
    else:
        tally.failures.append(f"{answer.status} {answer.reason}")


@asynccontextmanager
async def under_load(port: int, token: str, *, kept: int = 8, fresh: int = 2) -> AsyncIterator[Tally]:
    """Ask all the time while the block runs."""
    tally = Tally()
    tasks = [asyncio.create_task(_keep_asking(port, token, tally, pause=0.01)) for _ in range(kept)]
    tasks += [asyncio.create_task(_ask_anew(port, token, tally, pause=0.02)) for _ in range(fresh)]
    try:
        yield tally
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
