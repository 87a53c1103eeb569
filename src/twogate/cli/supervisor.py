"""Control plane and gateway as children of one process.

Decides in which order they start and stop, when to give up (a child that ends before it is ready, or a start that
takes too long), and that both are kept alive afterwards.
"""

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from rich.markup import escape

from twogate.cli.banner import Standing, log_line
from twogate.cli.children import Child, ChildEnded, Word, own_command
from twogate.cli.exit_codes import ExitCode
from twogate.cli.output import remark
from twogate.cli.prepare import Prepared
from twogate.settings.installation import Installation

_READY_SECONDS = 30.0
_WORTH_TELLING = ("fault", "control_lost", "control_back", "stale")
_EDGE_PATIENCE = 15.0
_CONTROL_PATIENCE = 8.0
_LINES_KEPT = 5_000
_LINES_OF_AN_END = 30


class NotReady(Exception):  # noqa: N818  # it says what is so
    """The start did not come to a good end; ``code`` is the exit code, and standard error has said why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"not ready, exit code {code}")
        self.code = code


@dataclass(slots=True)
class _Stop:
    """Which signal ended it."""

    event: asyncio.Event
    code: int = ExitCode.OK

    def ask(self, code: int) -> None:
        self.code = code
        self.event.set()


class Supervisor:
    """Starts control plane and edge, keeps them alive, stops them in order."""

    def __init__(self, prepared: Prepared, *, quiet: bool = False) -> None:
        self.standing = Standing(policy=str(prepared.policy), public_url=prepared.public_url)
        self.control = Child("control", _control_command(prepared), heard=self._heard, said=self._said)
        self.edge = Child("edge", _edge_command(prepared.installation), heard=self._heard, said=self._said)
        self.log: deque[str] = deque(maxlen=_LINES_KEPT)  # what the children said last
        self._quiet = quiet
        self._edge_was_ready = False  # before that, reaching the control plane is no news

    async def until_signal(self, work: Callable[["Supervisor"], Coroutine[Any, Any, int]]) -> int:
        """Start, do the work, stop; a signal ends it at any time. Returns the exit code."""
        stop = _Stop(asyncio.Event())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.ask, ExitCode.OK)
        loop.add_signal_handler(signal.SIGHUP, stop.ask, ExitCode.OK)
        loop.add_signal_handler(signal.SIGINT, stop.ask, ExitCode.INTERRUPTED)
        main = asyncio.create_task(self._run(work), name="supervisor")
        stopped = asyncio.create_task(stop.event.wait(), name="stop")
        try:
            await asyncio.wait({main, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return main.result() if main.done() else stop.code
        except NotReady as failed:
            return failed.code
        finally:
            for task in (main, stopped):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            await self.stop()

    async def _run(self, work: Callable[["Supervisor"], Coroutine[Any, Any, int]]) -> int:
        await self.start()
        keeping = [asyncio.create_task(child.keep_alive()) for child in (self.control, self.edge)]
        try:
            return await work(self)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def start(self) -> None:
        """Bring both up.

        Raises:
            NotReady: one ended, or it takes too long.
        """
        await self.control.start()
        await self.edge.start()
        try:
            async with asyncio.timeout(_READY_SECONDS), asyncio.TaskGroup() as group:
                group.create_task(self.control.until_ready())
                group.create_task(self.edge.until_ready())
        except* ChildEnded as ended:
            self._tell_what_was_kept()
            raise NotReady(_first_code(ended)) from None
        except* TimeoutError:
            remark(f"[bold red]error:[/bold red] not ready after {_READY_SECONDS:g} s [dim](`twogate doctor`)[/dim]")
            raise NotReady(ExitCode.UNAVAILABLE) from None

    def _tell_what_was_kept(self) -> None:
        """A quiet start that fails is not quiet about why: what the children said last."""
        for line in list(self.log)[-_LINES_OF_AN_END:] if self._quiet else ():
            remark(escape(line))

    async def stop(self) -> None:
        """Stop the gateway first, so that nothing asks for a control plane that is gone."""
        await self.edge.stop(_EDGE_PATIENCE)
        await self.control.stop(_CONTROL_PATIENCE)

    async def hold_control(self) -> None:
        """Stop the control plane, and do not start it again before ``let_control_go``."""
        await self.control.hold(_CONTROL_PATIENCE)

    def let_control_go(self) -> None:
        """Start it again."""
        self.control.let_go()

    def _heard(self, name: str, word: Word) -> None:
        """Take what a child tells: its counts at the start, milestones, and news about the policy file."""
        self.standing.learn(word)
        if self._quiet:
            return
        if word.get("milestone") in _WORTH_TELLING and (self._edge_was_ready or word["milestone"] == "fault"):
            remark(f"[yellow]{name}[/yellow] {escape(str(word['milestone']))}: {escape(str(word.get('detail', '')))}")
        self._edge_was_ready |= name == self.edge.name and bool(word.get("ready"))
        for line in word.get("mistakes", ()):
            remark(f"[red]policy[/red] {escape(line)}")
        if "published" in word and not word.get("ready"):
            remark(f"[green]policy[/green] version {word['published']} is in force ({word.get('rules', '?')} rules)")

    def _said(self, name: str, line: str) -> None:
        self.log.append(line)
        text = "" if self._quiet else log_line(name, line)
        if text:
            remark(text)


def _first_code(group: BaseExceptionGroup[ChildEnded]) -> int:
    found = group.exceptions[0]
    return found.code if isinstance(found, ChildEnded) else _first_code(found)


def _control_command(prepared: Prepared) -> tuple[str, ...]:
    paths = prepared.installation.paths
    return own_command("control", "--data", str(paths.data), "--follow", str(prepared.policy), "--supervised")


def _edge_command(installation: Installation) -> tuple[str, ...]:
    gateway = installation.settings.gateway
    options = (("--listen", gateway.listen), ("--tls-cert", gateway.tls_cert), ("--tls-key", gateway.tls_key))
    given = [part for name, value in options if value is not None for part in (name, str(value))]
    return own_command("edge", "--data", str(installation.paths.data), *given, "--supervised")
