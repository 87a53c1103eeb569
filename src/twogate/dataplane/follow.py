"""Following the change feed: ask, apply, acknowledge; and what to do while nobody answers.

Decides the rhythm of an edge agent. What a change does is left to ``gate`` (maps) and ``configure`` (policy and keys),
or to ``decision`` where there is no HAProxy; those two kinds run side by side, so that a slow reload never holds up a
revocation.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import structlog

from twogate.dataplane.control import ControlClient, Standing
from twogate.dataplane.edge_config import EdgeConfig, Milestone, StaleMode
from twogate.dataplane.faults import ControlError, DataPlaneError, FeedPrunedError
from twogate.dataplane.holdings import Holdings, configuration_number
from twogate.dataplane.spool import Configuration
from twogate.terms.changes import Change, Snapshot
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

_BACKOFF = (0.1, 0.2, 0.5, 1.0)


class Facts(Protocol):
    """Who takes the changes: the gate before HAProxy, or the memory of a process that decides by itself."""

    @property
    def holdings(self) -> Holdings: ...

    async def take(self, changes: Sequence[Change]) -> None: ...

    async def start_over(self, snapshot: Snapshot) -> None: ...


class Configures(Protocol):
    """Who takes policies and keys."""

    @property
    def in_force(self) -> Configuration | None: ...

    @property
    def stale(self) -> bool: ...

    @property
    def policy_version(self) -> int: ...

    async def put_in_force(self, configuration: Configuration, *, stale: bool | None = None) -> None: ...

    async def again(self, *, stale: bool | None = None) -> None: ...


class Follower:
    """One edge's place in the feed."""

    def __init__(
        self,
        config: EdgeConfig,
        client: ControlClient,
        *,
        gate: Facts,
        configurator: Configures,
        clock: Clock,
    ) -> None:
        self.fault = ""
        self.last_heard: Instant = clock.now()
        self.connected = False
        self._config = config
        self._client = client
        self._gate = gate
        self._configurator = configurator
        self._clock = clock
        self._pending: int | None = None  # the first change about the configuration that is not in force yet
        self._newest = 0  # the last such change
        self._oldest = 0  # a configuration from before this number is never put in force
        self._ready = False
        self._wanted = asyncio.Event()
        self._report = asyncio.Event()

    @property
    def applied(self) -> int:
        """Everything up to here is in force: what the edge acknowledges."""
        number = self._gate.holdings.number
        return number if self._pending is None else min(number, self._pending - 1)

    @property
    def must_refuse(self) -> bool:
        """Whether the control plane has been silent for so long that nothing may pass any more."""
        silent = self._clock.now().since(self.last_heard)
        return self._config.stale_mode is StaleMode.REFUSE and silent > self._config.stale_after

    # ------------------------------------------------------------- the loops
    async def follow(self) -> None:
        """Ask for changes for ever."""
        failures = 0
        while True:
            try:
                changes = await self._ask()
                self.heard()
                failures = 0
                await self._apply(changes)
            except ControlError as error:
                self._missed(error)
                await asyncio.sleep(_BACKOFF[min(failures, len(_BACKOFF) - 1)])
                failures += 1

    async def configure(self) -> None:
        """Put newer policies and keys in force, one after the other, whenever the feed has told of some."""
        failures = 0
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            covered = self._newest
            try:
                snapshot = await self._client.configuration()
            except ControlError as error:
                log.warning("configuration_not_fetched", error=str(error))
                await asyncio.sleep(_BACKOFF[min(failures, len(_BACKOFF) - 1)])
                failures += 1
                self._wanted.set()
                continue
            failures = 0
            if snapshot.number < self._oldest:  # asked for before everything began anew from a later snapshot
                self._wanted.set()
                continue
            await self.adopt(Configuration.of(snapshot))
            self._pending = None if self._newest <= covered else covered + 1
            self._report.set()

    async def watch_staleness(self) -> None:
        """Notice when the control plane has been silent for too long, and when it is back."""
        alarmed = False
        while True:
            await asyncio.sleep(min(1.0, self._config.stale_after / 10))
            silent = self._clock.now().since(self.last_heard)
            stale = silent > self._config.stale_after
            if stale and not alarmed:
                log.error("gateway_stale", silent_seconds=round(silent), mode=self._config.stale_mode.value)
                self._config.on_event(Milestone.STALE, f"no word from the control plane for {silent:.0f} s")
            alarmed = stale
            if self.must_refuse != self._configurator.stale:
                await self._attempt(self._configurator.again(stale=self.must_refuse))

    # ------------------------------------------------------------- the steps
    async def adopt(self, configuration: Configuration) -> bool:
        """Try to put a configuration in force; a refusal becomes the fault that the control plane hears of."""
        if configuration == self._configurator.in_force:
            self.fault = ""
            return True
        return await self._attempt(self._configurator.put_in_force(configuration))

    async def load_again(self) -> None:
        """Load a certificate or database of addresses that has changed on disk; instead of a bad one, the old."""
        await self._attempt(self._configurator.again())

    def want_configuration(self, number: int) -> None:
        """Have the configuration fetched anew, because change ``number`` is about it."""
        self._newest = max(self._newest, number)
        self._pending = number if self._pending is None else self._pending
        self._wanted.set()

    async def _attempt(self, work: Coroutine[Any, Any, None]) -> bool:
        try:
            await work
        except (DataPlaneError, OSError) as error:
            fault = str(error) if isinstance(error, DataPlaneError) else f"the edge's disk: {error.strerror}"
            log.error("not_put_in_force", fault=fault)  # noqa: TRY400  # expected here
            if fault != self.fault:
                self._config.on_event(Milestone.FAULT, fault)
            self.fault = fault
            return False
        self.fault = ""
        log.info("in_force", policy_version=self._configurator.policy_version, stale=self._configurator.stale)
        self.announce()
        return True

    def announce(self) -> None:
        """Say which policy is in force: the first time it means that the gateway takes requests."""
        milestone = Milestone.RELOADED if self._ready else Milestone.READY
        self._ready = True
        self._config.on_event(milestone, f"policy {self._configurator.policy_version}")

    async def _ask(self) -> tuple[Change, ...]:
        """One long question; cut short when there is something to report."""
        self._report.clear()
        standing = Standing(
            after=self._gate.holdings.number,
            applied=self.applied,
            policy_version=self._configurator.policy_version,
            fault=self.fault,
        )
        question = asyncio.create_task(self._client.changes(standing, wait=self._config.poll_wait))
        report = asyncio.create_task(self._report.wait())
        try:
            await asyncio.wait({question, report}, return_when=asyncio.FIRST_COMPLETED)
            return await question if question.done() else ()
        except FeedPrunedError:
            log.warning("feed_pruned", after=self._gate.holdings.number)
            await self._start_over()
            return ()
        finally:
            await _put_away(question, report)

    async def _apply(self, changes: tuple[Change, ...]) -> None:
        if not changes:
            return
        await self._gate.take(changes)
        number = configuration_number(changes)
        if number is not None:
            first = min(c.number for c in changes if configuration_number((c,)) is not None)
            self.want_configuration(first)
            self._newest = max(self._newest, number)

    async def _start_over(self) -> None:
        snapshot = await self._client.snapshot()
        self.heard()
        self._oldest = snapshot.number
        await self._gate.start_over(snapshot)
        await self.adopt(Configuration.of(snapshot))
        self._pending = None

    def heard(self) -> None:
        """The control plane has answered."""
        self.last_heard = self._clock.now()
        if not self.connected:
            self.connected = True
            log.info("control_reached")
            self._config.on_event(Milestone.CONTROL_BACK, "")

    def _missed(self, error: ControlError) -> None:
        if self.connected:
            self.connected = False
            log.warning("control_lost", error=str(error))
            self._config.on_event(Milestone.CONTROL_LOST, str(error))


async def _put_away(*tasks: asyncio.Task[Any]) -> None:
    """End tasks whose outcome nobody waits for. A cancellation of our own meanwhile is not lost among theirs."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # asked for, so that it is not told as forgotten
