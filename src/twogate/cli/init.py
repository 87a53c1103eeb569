"""``twogate init``: make an installation without starting it.

Decides what a person is told to do next. What is made is ``cli.prepare``'s.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.banner import first_administrator, first_facts
from twogate.cli.database import opened
from twogate.cli.installed import actor
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import print_json, say
from twogate.cli.prepare import Wanted, prepare
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.first_administrator import invite
from twogate.settings.installation import Installation

app = single_command()


@app.command(
    epilog=examples(
        "twogate init --upstream http://127.0.0.1:9000",
        "twogate init --upstream http://127.0.0.1:9000 --public-url https://api.example.com --data /var/lib/twogate",
    )
)
def init(
    *,
    upstream: Annotated[
        str, typer.Option("--upstream", help="The server to protect, http://host:port.")
    ] = "http://127.0.0.1:9000",
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="How people will reach the gateway.", show_default=False)
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Check this policy file instead of writing one.", show_default=False)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a data directory, a master key, the database and a first policy. What is there already stays."""
    prepared = prepare(Wanted(data=data, upstream=upstream, public_url=public_url, policy=policy, only_new=True))
    database = prepared.installation.paths.database
    fresh = not database.exists()
    code = asyncio.run(_create(prepared.installation))
    made = [*prepared.made, *([f"database {database}"] if fresh and database.exists() else [])]
    if as_json:
        facts = {"data": str(prepared.installation.paths.data), "policy": str(prepared.policy), "made": made}
        print_json(facts | {"url": prepared.public_url} | first_facts(code, prepared.public_url))
        return
    for thing in made or ["nothing: everything is there already"]:
        say(f"[green]made[/green] {escape(thing)}")
    if code:
        first_administrator(code, prepared.public_url)
    say("\nNext: look at the policy, then run [bold]twogate up[/bold], and [bold]twogate user add NAME --totp[/bold]")


async def _create(found: Installation) -> str:
    """Make the database; return the first administrator's code where there is no administrator."""
    async with opened(found) as store:
        code = await invite(store, SystemClock(), SystemEntropy(), actor=actor())
        return code.text() if code else ""
