"""``twogate up``: everything on this machine under one supervisor.

Decides what is made when it is missing, in which order things start, when to give up, and that nothing is left
behind. The control plane is ``cli.control``, the gateway ``cli.edge``; each is a child process of its own.
"""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.banner import Standing, log_line, ready_banner
from twogate.cli.children import Child, ChildEnded, Word, own_command, tell
from twogate.cli.edge_options import edge_config
from twogate.cli.exit_codes import ExitCode
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import remark
from twogate.cli.prepare import Prepared, Wanted, hold_alone, prepare
from twogate.dataplane.supervise import ensure_free
from twogate.settings.installation import Installation

app = single_command()

_READY_SECONDS = 30.0
_WORTH_TELLING = ("fault", "control_lost", "control_back", "stale")
_EDGE_PATIENCE = 15.0
_CONTROL_PATIENCE = 8.0


@app.command(
    epilog=examples(
        "twogate up --upstream http://127.0.0.1:9000",
        "twogate up --upstream http://127.0.0.1:9000 --listen 0.0.0.0:443 --tls-cert site.pem --tls-key site.key",
        "twogate up --policy twogate.toml --data /var/lib/twogate",
    )
)
def up(
    *,
    upstream: Annotated[
        str | None, typer.Option("--upstream", help="The server to protect, http://host:port.", show_default=False)
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="Policy file. [default: twogate.toml in the data directory]", show_default=False),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option("--listen", help="address:port. [default: 127.0.0.1:8080]", show_default=False),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", help="How people reach the gateway; for the first policy.", show_default=False),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="PEM with certificate and chain.", show_default=False)
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="PEM with its key.", show_default=False)] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Protect a server with everything on this machine, and keep it running until Ctrl-C.

    What is missing is made: data directory, master key, database, a policy in which reading needs a sign-in and
    everything else two factors. The policy file is watched: a good change is in force at once, a bad one is shown
    and the last good one stays.
    """
    wanted = Wanted(
        data=data,
        upstream=upstream,
        policy=policy,
        public_url=public_url,
        listen=listen,
        tls_cert=tls_cert,
        tls_key=tls_key,
    )
    prepared = prepare(wanted)
    with hold_alone(prepared.installation.paths):
        for host, port in edge_config(prepared.installation).listens():
            ensure_free(host, port)
        code = asyncio.run(Supervisor(prepared, as_json=as_json).run())
    raise typer.Exit(code)


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

    def __init__(self, prepared: Prepared, *, as_json: bool) -> None:
        self._prepared = prepared
        self._as_json = as_json
        self._standing = Standing(policy=str(prepared.policy), public_url=prepared.public_url)
        self._control = Child("control", _control_command(prepared), heard=self._heard, said=_said)
        self._edge = Child("edge", _edge_command(prepared.installation), heard=self._heard, said=_said)

    async def run(self) -> int:
        """Run until a signal comes or the start fails; returns the exit code."""
        stop = _Stop(asyncio.Event())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.ask, ExitCode.OK)
        loop.add_signal_handler(signal.SIGHUP, stop.ask, ExitCode.OK)
        loop.add_signal_handler(signal.SIGINT, stop.ask, ExitCode.INTERRUPTED)
        work = asyncio.create_task(self._work(), name="supervisor")
        stopped = asyncio.create_task(stop.event.wait(), name="stop")
        try:
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else stop.code
        finally:
            for task in (work, stopped):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            await self._edge.stop(_EDGE_PATIENCE)
            await self._control.stop(_CONTROL_PATIENCE)

    async def _work(self) -> int:
        """Bring both up, say so, and keep them up; comes back only when the start fails."""
        await self._control.start()
        await self._edge.start()
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await _first_failure(self._control.until_ready(), self._edge.until_ready())
        except ChildEnded as ended:
            return ended.code
        except TimeoutError:
            remark(f"[bold red]error:[/bold red] not ready after {_READY_SECONDS:g} s; `twogate doctor` looks closer")
            return ExitCode.UNAVAILABLE
        self._announce()
        await asyncio.gather(self._control.keep_alive(), self._edge.keep_alive())
        return ExitCode.INTERNAL

    def _announce(self) -> None:
        if self._as_json:
            tell(ready=True, **self._standing.facts())
        else:
            ready_banner(self._standing, self._prepared)

    def _heard(self, name: str, word: Word) -> None:
        """Take what a child tells: its counts at the start, milestones, and news about the policy file."""
        self._standing.learn(word)
        if word.get("milestone") in _WORTH_TELLING:
            remark(f"[yellow]{name}[/yellow] {escape(str(word['milestone']))}: {escape(str(word.get('detail', '')))}")
        for line in word.get("mistakes", ()):
            remark(f"[red]policy[/red] {escape(line)}")
        if "published" in word and not word.get("ready"):
            remark(f"[green]policy[/green] version {word['published']} is in force ({word.get('rules', '?')} rules)")


async def _first_failure(*waits: asyncio.Future[None] | object) -> None:
    """Wait for all; the first that fails ends the waiting with its own exception."""
    try:
        async with asyncio.TaskGroup() as group:
            for wait in waits:
                group.create_task(wait)  # type: ignore[arg-type]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


def _said(name: str, line: str) -> None:
    text = log_line(name, line)
    if text:
        remark(text)


def _control_command(prepared: Prepared) -> tuple[str, ...]:
    paths = prepared.installation.paths
    return own_command("control", "--data", str(paths.data), "--follow", str(prepared.policy), "--supervised")


def _edge_command(installation: Installation) -> tuple[str, ...]:
    gateway = installation.settings.gateway
    options = (("--listen", gateway.listen), ("--tls-cert", gateway.tls_cert), ("--tls-key", gateway.tls_key))
    given = [part for name, value in options if value is not None for part in (name, str(value))]
    return own_command("edge", "--data", str(installation.paths.data), *given, "--supervised")
