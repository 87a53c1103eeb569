"""The edge agent: one process beside one HAProxy, between it and the control plane.

Decides how a gateway node begins and ends. It speaks only HTTP to the control plane, starts from what it knows when
that is away, and never lets HAProxy run without it. The loops are in ``follow``, the steps in ``configure``.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

import structlog

from twogate.dataplane.access_log import AccessLog
from twogate.dataplane.binary import find_binary
from twogate.dataplane.certificates import Certificates
from twogate.dataplane.client_trust import ClientTrust
from twogate.dataplane.configure import Configurator, Parts
from twogate.dataplane.control import ControlClient
from twogate.dataplane.edge_config import EdgeConfig, Milestone
from twogate.dataplane.faults import CertificateRefusedError, ControlError, DataPlaneError, StartError
from twogate.dataplane.files import EdgeDirectory
from twogate.dataplane.follow import Follower
from twogate.dataplane.gate import Gate
from twogate.dataplane.place_networks import PlaceNetworks
from twogate.dataplane.proofs import Proofs
from twogate.dataplane.spool import Configuration, Spool
from twogate.dataplane.status import last_heard, write_status
from twogate.dataplane.supervise import Haproxy, Process
from twogate.rules.haproxy import maps
from twogate.rules.haproxy.compile import compile_gateway
from twogate.terms.changes import Snapshot
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

STOPPED, FAILED = 0, 1
_SWEEP_EVERY = 30.0
_STATUS_EVERY = 5.0
_CERTIFICATE_EVERY = 2.0
_PLACES_EVERY = 2.0


async def run_edge(config: EdgeConfig, clock: Clock, *, stop: asyncio.Event | None = None) -> int:
    """Run one gateway node until SIGTERM, SIGINT or ``stop``; return the exit status.

    0: stopped in order. 1: the gateway could not be started; ``on_event`` and the log have said why.
    """
    stop = stop or asyncio.Event()
    _on_signals(stop)
    try:
        async with _edge(config, clock) as edge:
            return await edge.run(stop)
    except* (DataPlaneError, OSError) as group:
        first = _first(group)
        log.error("edge_failed", fault=str(first))  # noqa: TRY400  # one line is what an operator needs
        config.on_event(Milestone.FAULT, str(first))
    return FAILED


class Edge:
    """The parts of one node, put together."""

    def __init__(self, parts: Parts, client: ControlClient, clock: Clock, *, traffic: AccessLog | None) -> None:
        self.config = parts.config
        self.parts = parts
        self.client = client
        self.traffic = traffic
        self.configurator = Configurator(parts)
        self.follower = Follower(parts.config, client, gate=parts.gate, configurator=self.configurator, clock=clock)

    async def run(self, stop: asyncio.Event) -> int:
        """Begin, then run the loops until told to stop."""
        beginning = asyncio.create_task(self._begin())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({beginning, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not beginning.done():
                return STOPPED
            await beginning
            async with asyncio.TaskGroup() as group:
                loops = [group.create_task(loop) for loop in self._loops()]
                await stopping
                self.config.on_event(Milestone.STOPPING, "")
                for task in loops:
                    task.cancel()
        finally:
            beginning.cancel()
            stopping.cancel()
            await asyncio.gather(beginning, stopping, return_exceptions=True)
            await self.parts.haproxy.stop()
            self._note_status()
        return STOPPED

    # ------------------------------------------------------------- beginning
    async def _begin(self) -> None:
        """Get to know what is in force, from the control plane or else from disk, and start HAProxy with it.

        Raises:
            StartError: HAProxy does not come up.
        """
        known = await self._learn()
        wanted = Configuration.of(known)
        kept = self.parts.spool.in_force()
        for configuration in (wanted, kept):
            if configuration is None or self.parts.haproxy.supervised:
                continue
            try:
                await self.configurator.put_in_force(configuration, stale=self.follower.must_refuse)
            except (StartError, CertificateRefusedError):
                raise  # nothing that the control plane says can mend this
            except DataPlaneError as error:
                self.follower.fault = str(error)
                log.error("not_put_in_force", fault=str(error), policy_version=configuration.version)  # noqa: TRY400
        if self.parts.haproxy.supervised:
            self.follower.announce()
        else:
            self.config.on_event(Milestone.WAITING, f"for a policy that can be used: {self.follower.fault}")

    async def _learn(self) -> Snapshot:
        """Ask the control plane; while it is away, fall back to the last state on disk after a moment."""
        deadline = asyncio.get_running_loop().time() + self.config.control_patience
        told = False
        while True:
            try:
                snapshot = await self.client.snapshot()
            except ControlError as error:
                if not told:
                    self.config.on_event(Milestone.WAITING, f"for the control plane: {error}")
                    told = True
            else:
                await self.parts.gate.start_over(snapshot)
                self.follower.heard()
                return snapshot
            if asyncio.get_running_loop().time() > deadline:
                kept = self.parts.spool.load()
                if kept is not None:
                    log.warning("starting_from_disk", number=kept[0].number)
                    self.parts.gate.recall(*kept)
                    self.follower.last_heard = last_heard(self.config.directory) or self.follower.last_heard
                    return self._remembered(kept[0])
            await asyncio.sleep(0.1)

    def _remembered(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot on disk with the configuration that was last in force: a newer one had been refused."""
        kept = self.parts.spool.in_force()
        if kept is None:
            return snapshot
        return Snapshot(snapshot.number, kept.version, kept.toml, kept.keys, snapshot.changes)

    # ------------------------------------------------------------- the loops
    def _loops(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self.follower.follow()
        yield self.follower.configure()
        yield self.follower.watch_staleness()
        yield self._sweep()
        yield self._report()
        yield self._watch_places()
        for files in (self.parts.certificates, self.parts.client_trust):
            if files is not None:
                yield self._watch_certificates(files)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY)
            await self.parts.gate.sweep()

    async def _watch_certificates(self, files: Certificates | ClientTrust) -> None:
        while True:
            await asyncio.sleep(_CERTIFICATE_EVERY)
            if files.changed():
                await self.follower.load_again()

    async def _watch_places(self) -> None:
        """Compile anew when a database of addresses was replaced."""
        while True:
            await asyncio.sleep(_PLACES_EVERY)
            if self.parts.places.changed():
                await self.follower.load_again()

    async def _report(self) -> None:
        while True:
            self._note_status()
            await asyncio.sleep(_STATUS_EVERY)

    def _note_status(self) -> None:
        with contextlib.suppress(OSError):  # a full disk is told by whatever needs it more
            write_status(self.parts.directory.root, self.facts())

    def facts(self) -> dict[str, Any]:
        """Where this node stands."""
        return {
            "heard": int(self.follower.last_heard),
            "connected": self.follower.connected,
            "position": self.follower.applied,
            "policy_version": self.configurator.policy_version,
            "refusing": self.configurator.stale,
            "fault": self.follower.fault,
            "haproxy": {
                **self.parts.binary.facts(),
                "pid": self.parts.haproxy.pid,
                "restarts": self.parts.haproxy.restarts,
            },
            "changes_refused": self.parts.gate.holdings.refused,
            "access_log": self.traffic.facts() if self.traffic else None,
        }


@contextlib.asynccontextmanager
async def _edge(config: EdgeConfig, clock: Clock) -> AsyncIterator[Edge]:
    """Put the parts together, with the log's intake running; take them apart again."""
    binary = await asyncio.to_thread(find_binary, config.haproxy)
    directory = EdgeDirectory(config.directory)
    config.run_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    spool = Spool(config.directory)
    haproxy = Haproxy(
        Process(binary, directory.live / maps.CONFIGURATION, config.master_socket, listens=config.listens()),
        clock,
    )
    gate = Gate(haproxy, directory, spool, clock=clock)
    certificates = (
        Certificates(config.certificate, config.certificate_key, config.directory / "tls")
        if config.https_bind and config.certificate
        else None
    )
    places = PlaceNetworks(config.country_file, config.asn_file)
    trust = (
        ClientTrust(config.client_ca, config.client_revocations, config.directory / "tls", clock)
        if config.https_bind and config.client_ca
        else None
    )
    parts = Parts(config, binary, directory, spool, gate, haproxy, certificates, compile_gateway, places, trust)
    client = ControlClient(
        config.control_url,
        config.key,
        unix_socket=config.control_socket,
        ca_file=config.control_ca_file,
    )
    traffic = AccessLog(config.traffic, config.retention, clock) if config.traffic else None
    intake = asyncio.create_task(traffic.run(config.log_socket)) if traffic else None
    proofs = asyncio.create_task(Proofs(clock, client.spend).run(config.proof_socket))
    try:
        yield Edge(parts, client, clock, traffic=traffic)
    finally:
        for task in (proofs, intake):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await client.close()


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(RuntimeError, ValueError):  # not in the main thread
            loop.add_signal_handler(number, stop.set)


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
