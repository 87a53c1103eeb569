"""``twogate up``: everything on this machine under one supervisor.

Decides what is made when it is missing, in which order things start, when to give up, and that nothing is left
behind. The control plane is ``cli.control``, the gateway ``cli.edge``; each is a child process of its own.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.banner import ready_banner, silent_upstreams
from twogate.cli.children import tell
from twogate.cli.edge_options import edge_config
from twogate.cli.exit_codes import ExitCode
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import remark
from twogate.cli.prepare import Prepared, Wanted, hold_alone, prepare
from twogate.cli.supervisor import Supervisor
from twogate.dataplane.supervise import ensure_free

app = single_command()


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
        code = asyncio.run(Supervisor(prepared).until_signal(_announcing(prepared, as_json=as_json)))
    raise typer.Exit(code)


def _announcing(prepared: Prepared, *, as_json: bool) -> Callable[[Supervisor], Coroutine[Any, Any, int]]:
    async def announce(supervisor: Supervisor) -> int:
        """Say that it is ready, then wait for a signal."""
        if as_json:
            tell(ready=True, **supervisor.standing.facts())
        else:
            ready_banner(supervisor.standing, prepared)
            for url in await silent_upstreams(prepared.upstreams):
                remark(f"[yellow]nothing answers at {escape(url)}[/yellow] yet; until it does, callers get a 503")
        await asyncio.Event().wait()
        return ExitCode.OK

    return announce
