"""HAProxy as a child process: master and workers, started, watched, reloaded, stopped.

Decides when HAProxy is up, what its end means and how long to wait before another try (HAProxy management guide,
sections 3 and 4). The master hands the listening sockets from worker to worker, so a reload refuses nobody. What it
is configured with is left to ``files``, what is in its maps to ``gate``.
"""

import asyncio
import contextlib
import errno
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from twogate.dataplane.binary import Binary
from twogate.dataplane.check import first_alerts
from twogate.dataplane.faults import AddressTakenError, DataPlaneError, ReloadError, RuntimeApiError, StartError
from twogate.dataplane.orphans import die_with_parent
from twogate.dataplane.runtime import RuntimeApi, Worker
from twogate.terms.ports import Clock

log = structlog.get_logger(__name__)

_KEPT_LINES = 40
_SIGNAL_AGAIN = 0.25


@dataclass(frozen=True, slots=True)
class Process:
    """What to run and how long to wait for it."""

    binary: Binary
    configuration: Path
    master_socket: Path
    listens: Sequence[tuple[str, int]] = ()  # addresses that must be free before the first start
    start_timeout: float = 20.0
    grace: float = 10.0  # seconds that requests under way get at a stop
    backoff: tuple[float, ...] = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)  # before the n-th restart in a row
    settled_after: float = 30.0  # a run this long makes the next restart a first one again


Hook = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    return None


class Haproxy:
    """One master with its workers. ``prepare`` runs before every start, ``started`` after it."""

    def __init__(self, process: Process, clock: Clock) -> None:
        self.prepare: Hook = _nothing
        self.started: Hook = _nothing
        self.runtime = RuntimeApi(process.master_socket)
        self.restarts = 0
        self._process = process
        self._clock = clock
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._output: list[str] = []
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The master's process id while it runs."""
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    @property
    def supervised(self) -> bool:
        """Whether it was started once; from then on its end is followed by a restart."""
        return self._watch is not None

    async def start(self) -> None:
        """Start and wait until a worker answers; from then on an unexpected end is followed by a restart.

        Raises:
            AddressTakenError: somebody else listens on one of our addresses.
            StartError: HAProxy ended or stayed silent.
        """
        for host, port in self._process.listens:
            ensure_free(host, port)
        await self._launch()
        self._watch = asyncio.create_task(self._keep_alive(), name="haproxy-watch")

    async def reload(self) -> None:
        """Load the configuration anew without losing a request; after a crash, wait for the restart that reads it.

        Raises:
            ReloadError: the old worker goes on with the old configuration, or the restart failed.
        """
        if self.pid is not None:
            await self.runtime.reload()
            return
        for _ in range(100):
            await asyncio.sleep(self._process.start_timeout / 100)
            if self.pid is not None and await self.workers():
                return
        raise ReloadError("HAProxy does not come up again")

    def kill(self) -> None:
        """End HAProxy at once, because it can no longer be told what to refuse; it starts again from the files."""
        if self._child is not None and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

    async def workers(self) -> tuple[Worker, ...]:
        """The workers alive now; none while HAProxy is down."""
        try:
            return await self.runtime.workers()
        except RuntimeApiError:
            return ()

    async def stop(self) -> None:
        """Let requests under way finish, then end everything that is left."""
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        child = self._child
        if child is None:
            return
        steps = [(signal.SIGTERM, 2.0)]
        if await self._is_used():
            steps.insert(0, (signal.SIGUSR1, self._process.grace))
        for number, patience in steps:
            await self._end_by(number, patience)
        await self._bury()

    # ------------------------------------------------------------- inside
    async def _is_used(self) -> bool:
        """Whether any worker holds a connection: without one there is nothing to wait for."""
        try:
            infos = [await self.runtime.info(worker.pid) for worker in await self.runtime.workers()]
        except RuntimeApiError:
            return True
        return any(info.get("CurrConns") != "0" for info in infos)

    async def _launch(self) -> None:
        await self.prepare()
        process = self._process
        process.master_socket.unlink(missing_ok=True)
        self._output = []
        self._child = await asyncio.create_subprocess_exec(
            process.binary.path,
            "-W",
            "-S",
            f"{process.master_socket},mode,600,level,admin",
            "-f",
            str(process.configuration),
            env=process.binary.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the terminal is the agent's to handle, in order
            preexec_fn=die_with_parent(),  # a single prctl, no lock is taken in between
        )
        self._reader = asyncio.create_task(self._read(self._child), name="haproxy-output")
        try:
            async with asyncio.timeout(process.start_timeout):
                await self._until_ready(self._child)
        except TimeoutError as error:
            await self._bury()
            raise StartError("HAProxy started but its worker does not answer") from error
        except StartError:
            await self._bury()
            raise
        await self.started()

    async def _until_ready(self, child: asyncio.subprocess.Process) -> None:
        while child.returncode is None:
            with contextlib.suppress(RuntimeApiError):
                workers = await self.runtime.workers()
                if workers and await self.runtime.info(workers[0].pid):
                    return
            await asyncio.sleep(0.02)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):  # what it said last may still be in the pipe
                if self._reader is not None:
                    await asyncio.shield(self._reader)
        raise _why("\n".join(self._output))

    async def _keep_alive(self) -> None:
        tries = 0
        while True:
            born = self._clock.now()
            child = self._child
            if child is not None:
                await child.wait()
                log.error("haproxy_ended", status=child.returncode, said=self._last_words())
                await self._bury()
            if self._clock.now().since(born) > self._process.settled_after:
                tries = 0
            await asyncio.sleep(self._process.backoff[min(tries, len(self._process.backoff) - 1)])
            tries += 1
            try:
                await self._launch()
            except (DataPlaneError, OSError) as error:
                log.error("haproxy_restart_failed", fault=str(error), tries=tries)  # noqa: TRY400  # expected here
            else:
                self.restarts += 1
                log.warning("haproxy_restarted", pid=self.pid)

    async def _read(self, child: asyncio.subprocess.Process) -> None:
        """Take what HAProxy prints, so that its pipe never fills."""
        if child.stdout is None:
            return
        async for raw in child.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            self._output = [*self._output[1 - _KEPT_LINES :], line]
            if line.startswith("[ALERT]") and not self._stopping:
                log.error("haproxy_alert", line=line)
            else:
                log.debug("haproxy_output", line=line)

    def _last_words(self) -> str:
        return first_alerts("\n".join(self._output), limit=1)

    async def _end_by(self, number: signal.Signals, patience: float) -> None:
        """Ask the master to end until it has, or patience is over.

        A master that has just forked its worker loses signals for some milliseconds, so one is not enough.
        """
        child = self._child
        deadline = asyncio.get_running_loop().time() + patience
        while child is not None and child.returncode is None and asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SIGNAL_AGAIN):
                    await child.wait()

    async def _bury(self) -> None:
        """End whatever is left of the process group: a killed master may leave workers behind for a moment."""
        child = self._child
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        self._child = None


def ensure_free(host: str, port: int) -> None:
    """Check that nobody listens on the address.

    HAProxy opens its sockets with SO_REUSEPORT, so a second one on the same address would start without a word
    and take half of the connections.

    Raises:
        AddressTakenError: somebody does, or the address is not ours to bind.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections in TIME_WAIT do not matter
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTakenError(_sentence(host, port, error)) from error


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{host}:{port} is in use by another program; stop it or listen on another port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{host}:{port} needs more rights than this user has; use a port above 1023"
    return f"{host}:{port} cannot be listened on: {error.strerror}"


def _why(output: str) -> StartError:
    said = first_alerts(output)
    if "Address already in use" in output:
        return AddressTakenError(f"an address is in use by another program: {said}")
    return StartError(f"HAProxy did not start: {said}")
