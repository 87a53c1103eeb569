"""``twogate edge``: one gateway node, HAProxy and the agent beside it.

Decides what is said of its milestones. What the agent does is ``dataplane.agent``.
"""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.children import tell
from twogate.cli.edge_options import edge_config
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import misconfigured, unavailable
from twogate.cli.installed import installation
from twogate.cli.options import Data, Supervised, examples, single_command
from twogate.cli.output import fail, remark
from twogate.cli.prepare import Wanted
from twogate.dataplane.agent import run_edge
from twogate.dataplane.edge_config import EdgeConfig, Milestone
from twogate.dataplane.supervise import ensure_free
from twogate.outside.clock import SystemClock
from twogate.outside.operator_log import configure
from twogate.settings.installation import Installation

app = single_command()

_LOUD = {
    Milestone.READY: "green",
    Milestone.RELOADED: "green",
    Milestone.CONTROL_BACK: "green",
    Milestone.FAULT: "red",
    Milestone.STALE: "red",
}


@app.command(
    epilog=examples(
        "twogate edge --control https://control.internal:9443 --listen 0.0.0.0:443 --tls-cert site.pem",
        "twogate edge --data /var/lib/twogate",
    )
)
def edge(
    *,
    control: Annotated[
        str | None, typer.Option("--control", help="Address of the control plane.", show_default=False)
    ] = None,
    listen: Annotated[str | None, typer.Option("--listen", help="address:port.", show_default=False)] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="PEM with certificate and chain.", show_default=False)
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="PEM with its key.", show_default=False)] = None,
    data: Data = None,
    supervised: Supervised = False,
) -> None:
    """Run a gateway node until Ctrl-C.

    It needs an edge key (`twogate edge-key add`, on the machine of the control plane) in edge.key of the data
    directory. While the control plane is away it goes on with what it knows.
    """
    wanted = Wanted(listen=listen, tls_cert=tls_cert, tls_key=tls_key)
    overrides = wanted.overrides() | ({("edge", "control"): control} if control is not None else {})
    found = installation(data, overrides=overrides)
    found.paths.create()
    log = found.settings.log
    configure(SystemClock(), level=logging.getLevelNamesMapping()[log.level.upper()], json_lines=log.json_lines)
    config = edge_config(found, on_event=_to_supervisor if supervised else _to_person)
    if not supervised:
        for host, port in config.listens():
            ensure_free(host, port)
    if asyncio.run(_run(found, config, supervised=supervised)) != 0:
        raise typer.Exit(ExitCode.UNAVAILABLE)


async def _run(found: Installation, config: EdgeConfig, *, supervised: bool) -> int:
    if supervised:
        await _key_is_there(found)
    return await run_edge(replace(config, key=found.edge_key()), SystemClock())


async def _key_is_there(found: Installation) -> None:
    """Wait for the control plane beside us to make the key of this node."""
    for _ in range(600):
        if found.paths.edge_key.exists() or found.settings.edge.key.reveal():
            return
        await asyncio.sleep(0.05)
    raise misconfigured(f"{found.paths.edge_key}: the edge key does not come", "`twogate doctor` looks closer")


def _to_supervisor(milestone: Milestone, detail: str) -> None:
    if milestone is Milestone.FAULT:
        fail(unavailable(detail))
    tell(milestone=milestone.value, detail=detail, ready=milestone is Milestone.READY)


def _to_person(milestone: Milestone, detail: str) -> None:
    colour = _LOUD.get(milestone, "dim")
    remark(f"[{colour}]{milestone.value}[/{colour}] {escape(detail)}")
