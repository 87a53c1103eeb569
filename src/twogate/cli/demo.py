"""``twogate demo``: the whole product on a sample API, telling its own story.

Decides what a person is given to try when the story is over. The story itself is ``demo_story``.
"""

import asyncio
import time
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.demo_caller import CLIENT, App
from twogate.cli.demo_stage import Stage, stage
from twogate.cli.demo_story import Story
from twogate.cli.demo_transcript import Transcript
from twogate.cli.exit_codes import ExitCode
from twogate.cli.options import examples, single_command
from twogate.cli.supervisor import Supervisor
from twogate.cli.user_secrets import can_draw, qr_code

app = single_command()


@app.command(epilog=examples("twogate demo", "twogate demo --once", "make demo ONCE=1"))
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the story.")] = False,
    listen: Annotated[
        str | None,
        typer.Option("--listen", help="address:port. [default: 127.0.0.1:8080, or a free port]", show_default=False),
    ] = None,
) -> None:
    """Start a sample API behind Twogate and walk its story as an HTTP client, step by step.

    Exit status 0 only if every step was as told. Afterwards it stays up for you to try, unless --once is given.
    Everything lives in a temporary directory that is gone at the end.
    """
    raise typer.Exit(asyncio.run(_demo(once=once, listen=listen)))


async def _demo(*, once: bool, listen: str | None) -> int:
    tell = Transcript()
    begun = time.monotonic()
    tell.line("[bold]Twogate demo[/bold]  a sample API (orders and transfers) behind the gateway, and a client")
    async with stage(listen) as ground:
        supervisor = Supervisor(ground.prepared, quiet=True)

        async def story(running: Supervisor) -> int:
            took = time.monotonic() - begun
            tell.note(f"ready after {took:.1f} s at {ground.url}; policy: examples/shop/twogate.toml")
            good = await _play(ground, running, tell)
            if once:
                return ExitCode.OK if good else ExitCode.REFUSED
            _try_it(ground, tell)
            await asyncio.Event().wait()
            return ExitCode.OK

        return await supervisor.until_signal(story)


async def _play(ground: Stage, running: Supervisor, tell: Transcript) -> bool:
    begun = time.monotonic()
    client = App(ground.url)
    try:
        good = await Story(ground, running, tell, client).play()
    finally:
        await client.close()
    took = time.monotonic() - begun
    if good:
        tell.line(f"\n[bold green]As told[/bold green]  {tell.steps} steps, {tell.checks} checks, {took:.0f} s")
    else:
        tell.line(f"\n[bold red]Not as told[/bold red]  {len(tell.failed)} of {tell.checks} checks:")
        for failed in tell.failed:
            tell.line(f"  {escape(failed)}")
    return good


def _try_it(ground: Stage, tell: Transcript) -> None:
    """Say what somebody can do with it now."""
    carol = ground.people["carol"]
    data = ground.prepared.installation.paths.data
    tell.line("\n[bold]It stays up for you[/bold]  Ctrl-C ends it and removes everything")
    tell.line(f"  open       {ground.url}/   in a browser")
    tell.line(f"  sign in    [bold]{carol.name}[/bold] with [bold]{escape(carol.password)}[/bold] and the app below")
    tell.line(f"  secret     {carol.app_secret}")
    if can_draw():
        tell.line()
        print(qr_code(carol.uri))
    tell.line("  try")
    tell.line(f"    curl -i {ground.url}/v1/orders")
    token = f"twogate token add carol --name try --data {data}"
    tell.line(f'    TOKEN=$({token} 2>/dev/null); curl -i -H "Authorization: Bearer $TOKEN" {ground.url}/v1/orders')
    tell.line(f"    twogate audit list --data {data}")
    tell.line(f"    twogate policy explain REQUEST_ID --data {data}")
    tell.line(f"  [dim]a first-party app signs in as client {CLIENT}; mails arrive in this process[/dim]")
