"""``twogate key``: the keys that sign tokens.

Decides how they are shown. How long a key signs and verifies is ``services.signing_keys``.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from twogate.cli.database import opened
from twogate.cli.failures import refused
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.signing_keys import KeyRing
from twogate.settings.installation import Installation
from twogate.store.unit import SigningKey
from twogate.terms.instant import Instant

app = command_group("Signing keys: list, rotate, withdraw.")

_COLUMNS = ("kid", "state", "signs_from", "signs_until", "verifies_until")


@app.command("list", epilog=examples("twogate key list", "twogate key list --json"))
def show_all(data: Data = None, as_json: AsJson = False) -> None:
    """List the keys that verify tokens now, newest first."""
    rows = [_facts(key, SystemClock().now()) for key in run(_live(existing(data)))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="no signing key yet; the control plane makes one when it first needs it")


async def _live(found: Installation) -> Sequence[SigningKey]:
    async with opened(found) as store, store.read() as unit:
        return await unit.keys.live(SystemClock().now())


def _facts(key: SigningKey, now: Instant) -> dict[str, Any]:
    state = "next" if now < key.signs_from else "signs" if now < key.signs_until else "verifies"
    return {
        "kid": key.kid,
        "state": state,
        "signs_from": when(key.signs_from),
        "signs_until": when(key.signs_until),
        "verifies_until": when(key.verifies_until),
    }


@app.command(epilog=examples("twogate key rotate"))
def rotate(data: Data = None, as_json: AsJson = False) -> None:
    """Publish a new key, which signs as soon as every gateway has had time to learn it. Nobody is signed out."""
    kid = run(_rotate(existing(data)))
    if as_json:
        print_json({"kid": kid})
    else:
        say(f"[green]published[/green] {kid}")


async def _rotate(found: Installation) -> str:
    async with opened(found) as store:
        return await KeyRing(store, SystemClock(), SystemEntropy()).rotate(actor=actor())


@app.command(epilog=examples("twogate key withdraw KID --yes"))
def withdraw(
    kid: Annotated[str, typer.Argument(help="The key's id.", show_default=False)],
    yes: Yes = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Trust nothing this key has signed any more: for a key that may have leaked. Its tokens end at once."""
    found = existing(data)
    if not yes:
        typer.confirm(f"Withdraw {kid}? Every token it signed is refused from then on.", abort=True)
    change = run(_withdraw(found, kid))
    if change is None:
        raise refused(f"no key {kid} verifies tokens now", "`twogate key list` shows them")
    if as_json:
        print_json({"kid": kid, "change": change})
    else:
        say(f"[green]withdrawn[/green] {kid}")
        remark("[dim]Gateways learn it within a second; `twogate doctor` shows how far each is.[/dim]")


async def _withdraw(found: Installation, kid: str) -> int | None:
    async with opened(found) as store:
        return await KeyRing(store, SystemClock(), SystemEntropy()).withdraw(kid, actor=actor())
