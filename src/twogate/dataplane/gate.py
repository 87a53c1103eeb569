"""The running gateway's maps, kept in step with what the control plane said.

Decides the order in which facts reach disk, HAProxy's workers and its map files, so that no worker ever serves
without a withdrawal that was acknowledged: changes are noted on disk, then sent to every worker alive, the draining
ones too; a worker that starts reads the files and then gets whatever came after they were written. When HAProxy
cannot be told, it is ended: a gateway that has not heard of a revocation must not serve.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import groupby
from pathlib import Path

import structlog

from twogate.dataplane.faults import RuntimeApiError, RuntimeUnavailableError, WorkerGoneError
from twogate.dataplane.files import EdgeDirectory, write_private
from twogate.dataplane.holdings import Holdings, MapWrite
from twogate.dataplane.runtime import Worker
from twogate.dataplane.spool import Spool
from twogate.dataplane.supervise import Haproxy
from twogate.rules.haproxy import maps
from twogate.terms.access import expires_of
from twogate.terms.changes import Change, Snapshot
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds HAProxy may leave its runtime socket unanswered (a reload re-executes the master) before it is ended."""

_COMPACT_AFTER = 20_000  # noted changes; then the spool's snapshot is written anew
_REASSERT_AFTER = 0.5  # seconds; see ``_reassert``


class Gate:
    """The facts and the workers that must know them. One lock keeps their order."""

    def __init__(self, haproxy: Haproxy, directory: EdgeDirectory, spool: Spool, *, clock: Clock) -> None:
        self.holdings = Holdings()
        haproxy.prepare = self.write_files
        haproxy.started = self.catch_up
        self._haproxy = haproxy
        self._runtime = haproxy.runtime
        self._directory = directory
        self._spool = spool
        self._clock = clock
        self._lock = asyncio.Lock()
        self._journal: list[MapWrite] | None = None  # what came since the map files were written, while that matters
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------- news
    async def take(self, changes: Sequence[Change]) -> None:
        """Bring changes into force; when this returns every worker alive knows them."""
        async with self._lock:
            self._spool.append(changes)
            writes: list[MapWrite] = []
            refused = self.holdings.refused
            for change in changes:
                writes += self.holdings.apply(change)
            if self.holdings.refused > refused:
                log.error("changes_without_sense", count=self.holdings.refused - refused)
            await self._send(writes)

    async def start_over(self, snapshot: Snapshot) -> None:
        """Replace everything known by a snapshot."""
        async with self._lock:
            self._spool.save(snapshot)
            await self._send(self.holdings.replace(snapshot))

    def recall(self, snapshot: Snapshot, changes: Iterable[Change]) -> None:
        """Load what the spool kept; HAProxy does not run yet."""
        self.holdings.replace(snapshot)
        for change in changes:
            self.holdings.apply(change)

    # ------------------------------------------------------------- files
    async def write_files(self) -> None:
        """Write the map files of the set in force: before HAProxy starts."""
        async with self._lock:
            directory = self._directory.current()
            if directory is not None:
                await asyncio.to_thread(_write_all, directory, self.holdings.files())
            self._journal = []

    async def catch_up(self) -> None:
        """Send what came since the map files were written: after HAProxy has started."""
        async with self._lock:
            await self._catch_up(known=frozenset())

    @asynccontextmanager
    async def handover(self, staged: Path) -> AsyncIterator[None]:
        """Around ``promote`` and reload: the staged set gets its map files first, the new worker what came since."""
        known = frozenset(worker.pid for worker in await self._alive())
        async with self._lock:
            await asyncio.to_thread(_write_all, staged, self.holdings.files())
            self._journal = []
        try:
            yield
        finally:
            async with self._lock:
                await self._catch_up(known=known)

    async def _catch_up(self, *, known: frozenset[int]) -> None:
        missed, self._journal = self._journal, None
        if missed:
            await self._tell(lambda pid: self._settle(pid, missed), besides=known)

    # ------------------------------------------------------------- upkeep
    async def sweep(self) -> None:
        """Forget what has run out: withdrawals past their end, and remembered tokens past their ``exp``."""
        now = self._clock.now().seconds
        async with self._lock:
            await self._send(self.holdings.expire(now))
            if self._spool.appended > _COMPACT_AFTER:
                await asyncio.to_thread(self._compact)
        for worker in await self._alive():
            try:
                await self._prune_claims(worker.pid, now)
            except RuntimeApiError as error:
                log.debug("claims_not_pruned", pid=worker.pid, error=str(error))

    async def forget_claims(self) -> None:
        """Empty the memory of verified tokens in every worker; single revoked tokens stay in it."""
        async with self._lock:
            stones = self.holdings.tombstones()
            await self._tell(lambda pid: self._runtime.exchange(pid, maps.CLAIMS, stones))

    def _compact(self) -> None:
        kept = self._spool.load()
        if kept is None:
            return
        base = kept[0]
        self._spool.save(
            Snapshot(
                number=self.holdings.number,
                policy_version=base.policy_version,
                policy_toml=base.policy_toml,
                keys=base.keys,
                changes=self.holdings.changes(),
            ),
        )

    async def _prune_claims(self, pid: int, now: int) -> None:
        over = await self._runtime.show_map(pid, maps.CLAIMS, keep=lambda _key, value: _expired(value, now))
        await self._runtime.delete(pid, maps.CLAIMS, [key for key, _value in over])

    # ------------------------------------------------------------- to the workers
    async def _send(self, writes: list[MapWrite]) -> None:
        if not writes:
            return
        if self._journal is not None:
            self._journal += writes
        await self._tell(lambda pid: self._write(pid, writes))
        stones = [write for write in writes if write.map == maps.CLAIMS and write.value is not None]
        if stones:
            task = asyncio.create_task(self._reassert(stones))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self, action: Callable[[int], Awaitable[None]], *, besides: frozenset[int] = frozenset()) -> None:
        for worker in await self._alive():
            if worker.pid not in besides:
                await self._persist(partial(action, worker.pid))

    async def _alive(self) -> tuple[Worker, ...]:
        """The workers that must be told; none only when HAProxy is not running."""
        found: tuple[Worker, ...] = ()

        async def ask() -> None:
            nonlocal found
            found = await self._runtime.workers()
            if not found:
                raise RuntimeUnavailableError("HAProxy's master has no worker")

        await self._persist(ask)
        return found

    async def _persist(self, action: Callable[[], Awaitable[None]]) -> None:
        """Repeat an action until HAProxy has taken it, has lost that worker, or does not run any more."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while self._haproxy.pid is not None:
            try:
                await action()
            except WorkerGoneError:
                return
            except RuntimeUnavailableError:
                if asyncio.get_running_loop().time() > deadline:
                    log.error("haproxy_cannot_be_told", seconds=PATIENCE)  # noqa: TRY400  # expected here
                    self._haproxy.kill()
                    return
                await asyncio.sleep(0.01)
            except RuntimeApiError as error:
                log.error("haproxy_refused_an_entry", error=str(error))  # noqa: TRY400  # it starts again from files
                self._haproxy.kill()
                return
            else:
                return

    async def _write(self, pid: int, writes: Sequence[MapWrite]) -> None:
        """Send lines in order, as few commands as possible; falls back to single ones when in doubt."""
        try:
            for (name, how), group in groupby(writes, key=lambda write: (write.map, _manner(write))):
                lines = list(group)
                if how == "delete":
                    await self._runtime.delete(pid, name, [line.key for line in lines])
                elif how == "add":
                    await self._runtime.add(pid, name, _pairs(lines))
                else:
                    await self._runtime.replace(pid, name, _pairs(lines))
        except RuntimeUnavailableError:
            await asyncio.sleep(0.01)
            await self._settle(pid, writes)  # a part may have arrived: say it in a way that does not double lines

    async def _settle(self, pid: int, writes: Sequence[MapWrite]) -> None:
        """Bring the last word on every key to a worker, whatever it knows already."""
        last = {(write.map, write.key): write for write in writes}
        for name in maps.RUNTIME_MAPS:
            of_map = [write for write in last.values() if write.map == name]
            await self._runtime.delete(pid, name, [write.key for write in of_map if write.value is None])
            await self._runtime.replace(pid, name, _pairs([write for write in of_map if write.value is not None]))

    async def _reassert(self, stones: Sequence[MapWrite]) -> None:
        """Say once more that single tokens are revoked.

        A request that was just verifying one of them may have put its facts over the tombstone.
        """
        await asyncio.sleep(_REASSERT_AFTER)
        async with self._lock:
            standing = dict(self.holdings.tombstones())
            again = [stone for stone in stones if stone.key in standing]
            await self._tell(lambda pid: self._settle(pid, again))


def _manner(write: MapWrite) -> str:
    if write.value is None:
        return "delete"
    # the data plane may have put a line under the same key into the claims map
    return "add" if write.fresh and write.map != maps.CLAIMS else "replace"


def _pairs(lines: Iterable[MapWrite]) -> list[tuple[str, str]]:
    return [(line.key, line.value) for line in lines if line.value is not None]


def _expired(packed: str, now: int) -> bool:
    """Whether a line of the claims map is of no use any more; tombstones are forgotten by ``Holdings.expire``."""
    expires = expires_of(packed)
    return expires is not None and 0 < expires <= now


def _write_all(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        write_private(directory / name, text)
