"""``twogate forward-auth``: answers the questions of nginx, Traefik, Caddy, Envoy and HAProxy.

Decides which setting becomes what. How a question is answered is ``forward_auth`` and ``dataplane.decision``.
"""

import logging
import socket
from dataclasses import replace
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.edge_options import edge_config
from twogate.cli.failures import unavailable
from twogate.cli.installed import installation
from twogate.cli.options import Data, examples, single_command
from twogate.cli.output import remark
from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.edge_config import EdgeConfig, Milestone, StaleMode
from twogate.forward_auth.app import ForwardAuth
from twogate.forward_auth.serve import serve
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.outside.operator_log import configure
from twogate.settings.installation import Installation

app = single_command()


@app.command(
    name="forward-auth",
    epilog=examples(
        "twogate edge-key add proxy1 --to .twogate/forward-auth.key",
        "twogate forward-auth",
        "twogate forward-auth --control https://control.internal:9443 --listen 127.0.0.1:9180",
    ),
)
def forward_auth(
    *,
    control: Annotated[
        str | None, typer.Option("--control", help="Address of the control plane.", show_default=False)
    ] = None,
    listen: Annotated[
        str | None, typer.Option("--listen", help="address:port for the proxy's questions.", show_default=False)
    ] = None,
    data: Data = None,
) -> None:
    """Decide for a proxy that is not ours, until Ctrl-C.

    It follows the control plane as a gateway does and needs an edge key of its own, in forward-auth.key of the data
    directory. Only the proxy may be able to reach it: whoever can, can name any caller's address.
    """
    wanted = {("edge", "control"): control, ("forward_auth", "listen"): listen}
    found = installation(data, overrides={place: value for place, value in wanted.items() if value is not None})
    found.paths.create()
    log = found.settings.log
    configure(SystemClock(), level=logging.getLevelNamesMapping()[log.level.upper()], json_lines=log.json_lines)
    config = decision_config(found)
    address = found.settings.forward_auth.listen
    try:
        listener = bound(address)
    except OSError as error:
        raise unavailable(f"{address}: {(error.strerror or '').lower()}") from None
    node = DecisionNode(config, clock=SystemClock(), entropy=SystemEntropy())
    app_ = ForwardAuth(node, spoe=found.settings.forward_auth.spoe_listen)
    serve(app_, listener, started=lambda: remark(f"[green]ready[/green] on {escape(address)}"))


def decision_config(found: Installation) -> EdgeConfig:
    """What the node is told: the control plane as a gateway's, a key, a directory and a staleness of its own."""
    mine = found.settings.forward_auth
    return replace(
        edge_config(found, on_event=_to_person),
        directory=found.paths.forward_auth.absolute(),
        key=found.forward_auth_key(),
        stale_after=mine.stale_after,
        stale_mode=StaleMode(mine.when_stale.value),
        hosts=found.settings.gateway.hosts,
    )


def bound(address: str) -> socket.socket:
    """Listen on ``host:port``."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server(("" if host == "*" else host, int(port)), family=family, backlog=2048)


def _to_person(milestone: Milestone, detail: str) -> None:
    remark(f"{milestone.value} {escape(detail)}")
