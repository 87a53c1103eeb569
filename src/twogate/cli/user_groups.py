"""``twogate user join``, ``leave`` and ``coverage``: who is in which group, and who has what.

Decides how they are shown on a terminal. What groups mean is ``terms.permissions`` and ``rules.signin.enforcement``.
"""

from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.failures import from_refusal
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, examples
from twogate.cli.output import print_json, print_table, say
from twogate.cli.people import open_desk
from twogate.rules.signin.enforcement import Duty
from twogate.services.enforcement import Coverage, Covered
from twogate.services.groups import Groups
from twogate.settings.installation import Installation
from twogate.terms.verdict import Refused

Group = Annotated[str, typer.Argument(help="A group; `administrators` look after others.", show_default=False)]
Who = Annotated[str, typer.Argument(help="A person's name or id.", show_default=False)]
_COLUMNS = ("name", "groups", "factors", "level", "second_factor", "grace_used", "recovery_codes")
_OWING = (Duty.SOON, Duty.GRACE, Duty.DUE)


def add_to(app: typer.Typer) -> None:
    """Put the commands into ``twogate user``."""
    app.command(epilog=examples("twogate user join alice administrators"))(join)
    app.command(epilog=examples("twogate user leave alice administrators"))(leave)
    app.command(epilog=examples("twogate user coverage", "twogate user coverage --owing --json"))(coverage)


def join(name: Who, group: Group, *, data: Data = None, as_json: AsJson = False) -> None:
    """Put somebody into a group."""
    changed = run(_join(existing(data), name, group))
    _tell(name, group, changed=changed, word="is in", as_json=as_json)


def leave(name: Who, group: Group, *, data: Data = None, as_json: AsJson = False) -> None:
    """Take somebody out of a group."""
    changed = run(_leave(existing(data), name, group))
    _tell(name, group, changed=changed, word="is not in", as_json=as_json)


def coverage(
    *,
    owing: Annotated[bool, typer.Option("--owing", help="Only people who still owe a second factor.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who has what: groups, factors, the level they reach, what is owed. Never a secret."""
    rows = [covered_row(one) for one in run(_coverage(existing(data))) if not owing or one.duty in _OWING]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="nobody owes anything" if owing else "nobody yet")


def covered_row(one: Covered) -> dict[str, Any]:
    """One person as a row."""
    return {
        "name": one.user.name,
        "groups": list(one.groups),
        "factors": list(one.factors),
        "level": one.level.acr,
        "second_factor": one.duty.value,
        "grace_used": one.put_off,
        "recovery_codes": one.codes,
        "blocked": one.user.blocked is not None,
    }


def _tell(name: str, group: str, *, changed: bool, word: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "group": group, "changed": changed})
    else:
        say(f"{escape(name)} {word} {escape(group)}" + ("" if changed else " [dim](as before)[/dim]"))


async def _join(found: Installation, name: str, group: str) -> bool:
    async with open_desk(found) as desk:
        done = await Groups(desk.store, desk.clock).join(await desk.find(name), group, actor=actor())
        if isinstance(done, Refused):
            raise from_refusal(done)
        return done.value


async def _leave(found: Installation, name: str, group: str) -> bool:
    async with open_desk(found) as desk:
        return await Groups(desk.store, desk.clock).leave(await desk.find(name), group, actor=actor())


async def _coverage(found: Installation) -> list[Covered]:
    async with open_desk(found) as desk:
        rows = Coverage(desk.store, desk.clock, registry=desk.registry, settings=found.settings.sign_in)
        return [row async for row in rows.all()]
