"""``twogate edge-key``: the keys by which gateway nodes identify themselves.

Decides how they are shown: once, when they are made. What they are is ``services.edge_keys``.
"""

from pathlib import Path
from typing import Annotated

import typer

from twogate.cli.database import opened
from twogate.cli.failures import from_refusal, refused
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.edge_keys import EdgeKeys
from twogate.settings.installation import Installation
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.private_files import write_new
from twogate.terms.edges import Edge
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

app = command_group("Keys of gateway nodes: add, list, remove.")

Name = Annotated[str, typer.Argument(help="The node's name, for example its host name.", show_default=False)]
_COLUMNS = ("name", "position", "policy", "seen", "fault")


@app.command(epilog=examples("twogate edge-key add fra1", "twogate edge-key add fra1 --to fra1.key"))
def add(
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the key to this new file (0600) instead.", show_default=False)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a gateway node. It is shown once."""
    edge, key = run(_add(existing(data), name, to))
    if as_json:
        print_json({"id": edge.id, "name": edge.name, **({"file": str(to)} if to else {"key": key.text()})})
    elif to is not None:
        say(f"[green]made[/green] {to}")
    else:
        remark("The key, shown once. On the node: put it into edge.key (0600), then run `twogate edge`.")
        print(key.text())


async def _add(found: Installation, name: str, to: Path | None) -> tuple[Edge, Secret]:
    async with opened(found) as store:
        keys = EdgeKeys(store, SystemClock(), SystemEntropy())
        made = await keys.add(name, by=actor())
        if isinstance(made, Refused):
            raise from_refusal(made)
        try:
            if to is not None:
                write_new(to, made[1].text(), what="the key")
        except SettingsInvalid:
            await keys.remove(name, by=actor())  # nobody has its key, and its name would stay taken
            raise
        return made


@app.command("list", epilog=examples("twogate edge-key list", "twogate edge-key list --json"))
def show_all(data: Data = None, as_json: AsJson = False) -> None:
    """List the nodes: how far each has followed, which policy it runs, what troubles it."""
    rows = [facts(edge) for edge in run(_all(existing(data)))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="no gateway node yet; `twogate edge-key add NAME` makes a key for one")


async def _all(found: Installation) -> list[Edge]:
    async with opened(found) as store:
        return list(await EdgeKeys(store, SystemClock(), SystemEntropy()).all())


def facts(edge: Edge) -> dict[str, object]:
    """What is known of a node."""
    return {
        "id": edge.id,
        "name": edge.name,
        "created": when(edge.created),
        "position": edge.position,
        "policy": edge.policy_version,
        "seen": when(edge.seen),
        "fault": edge.fault,
    }


@app.command(epilog=examples("twogate edge-key remove fra1 --yes"))
def remove(name: Name, yes: Yes = False, data: Data = None) -> None:
    """Remove a node: its key is worth nothing from then on."""
    found = existing(data)
    if not yes:
        typer.confirm(f"Remove {name}? Its gateway gets no news any more.", abort=True)
    if not run(_remove(found, name)):
        raise refused(f"no gateway node is named {name}", "`twogate edge-key list` shows them")
    say(f"[green]removed[/green] {name}")


async def _remove(found: Installation, name: str) -> bool:
    async with opened(found) as store:
        return await EdgeKeys(store, SystemClock(), SystemEntropy()).remove(name, by=actor())
