"""The change feed from the control plane's side: append, wait for news, wait until every gateway obeys.

Decides when something counts as in force: every edge heard lately has acknowledged its number. Storing and numbering
is ``store.feed``; what an edge does with a change is ``dataplane.gate``.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from twogate.store.unit import Store, StoreUnavailable, Unit
from twogate.terms.changes import ChangeKind
from twogate.terms.ports import Clock

LIVE_SECONDS = 30
"""An edge that has been silent for longer is not waited for: it says itself, by ``stale_after``, when it has gone too
long without news."""

_POLL = 0.1  # another process may have appended
_POLL_SOON = 0.005  # this process is about to commit an append
_SOON = 0.25  # seconds for which an append in this process is looked for at the quicker pace
_ACKNOWLEDGE_POLL = 0.02


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether a change is in force everywhere. Names of edges, for the person who asked."""

    done: bool
    missing: tuple[str, ...] = ()  # live, but has not acknowledged it in time
    silent: tuple[str, ...] = ()  # not heard lately; learns of it when it is back


class Changes:
    """One for each process of the control plane."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._head = 0
        self._grew = asyncio.Event()
        self._soon_until = 0.0
        self._hurry = asyncio.Event()
        self._waiters = 0
        self._watcher: asyncio.Task[None] | None = None

    async def append(self, unit: Unit, kind: ChangeKind, key: str, *, value: str = "", until: int = 0) -> int:
        """Append a change in the caller's unit and return its number; edges hear of it once the unit commits."""
        number = await unit.feed.append(kind, key, at=self._clock.now(), value=value, until=until)
        self.hurry()
        return number

    def hurry(self) -> None:
        """Look for new changes at once: something in this process has appended one and will commit in a moment."""
        self._soon_until = asyncio.get_running_loop().time() + _SOON
        self._hurry.set()

    async def head(self) -> int:
        """The newest number."""
        async with self._store.read() as unit:
            return await unit.feed.head()

    async def wait_after(self, number: int, timeout: float) -> bool:
        """Wait until there is a change after ``number``; False when there is none in time."""
        self._waiters += 1
        try:
            if self._watcher is None or self._watcher.done():
                self._watcher = asyncio.create_task(self._watch(), name="feed-watch")
            async with asyncio.timeout(timeout):
                while self._head <= number:
                    await self._grew.wait()
            return True
        except TimeoutError:
            return False
        finally:
            self._waiters -= 1

    async def in_force(self, number: int, timeout: float) -> InForce:
        """Wait until every live edge has acknowledged ``number``, or ``timeout`` seconds have passed."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            state = await self._standing(number)
            if state.done or asyncio.get_running_loop().time() >= deadline:
                return state
            await asyncio.sleep(_ACKNOWLEDGE_POLL)

    async def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher

    async def _standing(self, number: int) -> InForce:
        async with self._store.read() as unit:
            edges = await unit.edges.list()
        oldest = self._clock.now().plus(-LIVE_SECONDS)
        live = [edge for edge in edges if edge.seen is not None and edge.seen >= oldest]
        missing = tuple(edge.name for edge in live if edge.position < number)
        return InForce(
            done=not missing,
            missing=missing,
            silent=tuple(edge.name for edge in edges if edge not in live and edge.position < number),
        )

    async def _watch(self) -> None:
        """Read the head while somebody waits; nobody waiting, nothing is asked of the database."""
        loop = asyncio.get_running_loop()
        while self._waiters:
            with contextlib.suppress(StoreUnavailable):  # the edges go on with what they have
                head = await self.head()
                if head != self._head:
                    self._head = head
                    self._grew.set()
                    self._grew = asyncio.Event()
            if loop.time() < self._soon_until:
                await asyncio.sleep(_POLL_SOON)
                continue
            self._hurry.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await self._hurry.wait()
