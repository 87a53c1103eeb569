"""What the control plane does by itself: seal the audit log, send notices, forget what is over.

Decides that these run as long as the application serves, that a fault in one is written down and tried again, and
that all of them have ended before the database is closed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

from twogate.services.audit_log import AuditLog
from twogate.terms.ports import Clock

Task = Callable[[], Awaitable[None]]
_PAUSE = 5.0
_log = structlog.get_logger("twogate.background")


@asynccontextmanager
async def running(tasks: Mapping[str, Task], clock: Clock) -> AsyncIterator[None]:
    """Run the tasks while the block is open."""
    started = [asyncio.create_task(_for_ever(name, task, clock), name=name) for name, task in tasks.items()]
    try:
        yield
    finally:
        for one in started:
            one.cancel()
        await asyncio.gather(*started, return_exceptions=True)


async def _for_ever(name: str, task: Task, clock: Clock) -> None:
    while True:
        try:
            await task()
        except Exception as error:  # noqa: BLE001  # the task lives as long as the process
            _log.error("background task failed; trying again", task=name, exc_info=error)
        await clock.sleep(_PAUSE)


async def sealing(log: AuditLog) -> None:
    """Seal the audit log; when the process stops, also what came in last."""
    try:
        await log.run()
    finally:
        await log.close()
