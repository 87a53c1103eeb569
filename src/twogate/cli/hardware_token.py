"""``twogate hardware-token``: tokens with serials, and YubiKeys.

Decides how they are brought in and shown on a terminal. Which files are read is ``cli.seed_files``, what happens to a
token is ``services.hardware_tokens``.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.markup import escape

from twogate.cli.failures import CommandFailed, from_refusal, refused
from twogate.cli.in_force import in_force_facts, tell_in_force, wait_in_force
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.cli.people import Desk, open_desk
from twogate.cli.seed_files import STANDARD_INPUT, opening, read_delivery
from twogate.outside.clock import SystemClock
from twogate.rules.factors.seeds.read import Form
from twogate.rules.factors.seeds.rows import Written
from twogate.rules.factors.seeds.seed import Delivery
from twogate.services.changes import InForce
from twogate.services.hardware_tokens import BroughtIn, Unassigned
from twogate.settings.installation import Installation
from twogate.terms.hardware_token import HardwareToken
from twogate.terms.ids import UserId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

app = command_group("Tokens with serials, and YubiKeys: import, list, assign, unassign, resync, remove.")

Serial = Annotated[str, typer.Argument(help="The serial on it; a YubiKey's public id.", show_default=False)]
T = TypeVar("T")
_COLUMNS = ("serial", "model", "kind", "state", "user", "imported")
_SHOWN = 20  # rows that cannot be used, on a terminal
_PAGE = 500


@app.command(
    "import",
    epilog=examples(
        "twogate hardware-token import tokens.pskcxml --passphrase-file phrase.txt",
        "twogate hardware-token import tokens.csv --dry-run",
        "gpg -d tokens.csv.gpg | twogate hardware-token import - --reserved --json",
    ),
)
def bring_in(
    file: Annotated[str, typer.Argument(help="A file of seeds; - is standard input.", show_default=False)],
    *,
    form: Annotated[Form | None, typer.Option("--form", help="What it is. [default: seen]", show_default=False)] = None,
    written: Annotated[
        Written | None, typer.Option("--keys", help="How a table writes keys. [default: seen]", show_default=False)
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The pre-shared key of a container.", show_default=False)
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="The pass phrase of a container.", show_default=False)
    ] = None,
    reserved: Annotated[
        bool, typer.Option("--reserved", help="Nobody takes these themselves; you assign them.")
    ] = False,
    skip_unusable: Annotated[
        bool, typer.Option("--skip-unusable", help="Import the good ones of a file that has bad ones, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the file, change nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring tokens in: PSKC (RFC 6030), a table of OATH tokens, or a list of YubiKeys.

    A serial that is here already is left as it is. Delete the file afterwards: whoever has it can compute every code.
    """
    found = existing(data)
    opened_by = opening(key_file, passphrase_file)
    delivery = read_delivery(file, opened_by, now=SystemClock().now(), form=form, written=written)
    stop = bool(delivery.unusable) and not skip_unusable
    done = BroughtIn((), ()) if stop or dry_run else run(_bring_in(found, delivery, reserved=reserved))
    if as_json:
        print_json(_brought_in_facts(delivery, done, dry_run=dry_run))
    else:
        _tell_brought_in(delivery, done, dry_run=dry_run)
    if stop:
        count = len(delivery.unusable)
        raise refused(f"{count} of the file cannot be used; nothing was imported", "--skip-unusable takes the others")
    if not dry_run and not as_json and file != STANDARD_INPUT:
        remark("Delete the file: whoever has it can compute every code.")


async def _bring_in(found: Installation, delivery: Delivery, *, reserved: bool) -> BroughtIn:
    async with open_desk(found) as desk:
        return await desk.tokens.bring_in(delivery, reserved=reserved, actor=actor())


def _brought_in_facts(delivery: Delivery, done: BroughtIn, *, dry_run: bool) -> dict[str, Any]:
    return {
        "usable": len(delivery.seeds),
        "added": list(done.added),
        "known": list(done.known),
        "unusable": [{"where": bad.where, "why": bad.why} for bad in delivery.unusable],
        "dry_run": dry_run,
    }


def _tell_brought_in(delivery: Delivery, done: BroughtIn, *, dry_run: bool) -> None:
    for bad in delivery.unusable[:_SHOWN]:
        remark(f"[yellow]{escape(bad.where)}[/yellow] {escape(bad.why)}")
    if len(delivery.unusable) > _SHOWN:
        remark(f"... and {len(delivery.unusable) - _SHOWN} more; --json lists them all")
    if dry_run:
        say(f"{len(delivery.seeds)} could be imported")
    elif done.added or done.known:
        known = f", {len(done.known)} were here already" if done.known else ""
        say(f"[green]imported[/green] {len(done.added)}{known}")


@app.command("list", epilog=examples("twogate hardware-token list", "twogate hardware-token list --waiting --json"))
def show_all(
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that are nobody's.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List tokens by serial; never a seed."""
    rows = run(_all(existing(data)))
    if waiting:
        rows = [row for row in rows if row["state"] in {"waiting", "reserved"}]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="no tokens; `twogate hardware-token import FILE` brings some in")


async def _all(found: Installation) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    last: HardwareToken | None = None
    async with open_desk(found) as desk:
        while page := await desk.tokens.list(after=last, limit=_PAGE):
            rows += [await _facts(desk, token) for token in page]
            last = page[-1]
    return rows


async def _facts(desk: Desk, token: HardwareToken) -> dict[str, Any]:
    owner = await desk.people.find(token.user) if token.user else None
    return {
        "serial": token.serial,
        "model": token.model,
        "kind": token.factor,
        "state": _state(token, gone=owner is None),
        "user": owner.name if owner else None,
        "imported": when(token.imported),
        "assigned": when(token.assigned),
    }


def _state(token: HardwareToken, *, gone: bool) -> str:
    if token.user is not None:
        return "gone" if gone else "assigned"
    return "reserved" if token.reserved else "waiting"


@app.command(
    epilog=examples(
        "twogate hardware-token assign 987654321 alice", "twogate hardware-token assign GA12 bob --code 755224"
    )
)
def assign(
    serial: Serial,
    user: Annotated[str, typer.Argument(help="A person's name or id.", show_default=False)],
    *,
    code: Annotated[
        str, typer.Option("--code", help="A code it shows, so that it cannot be mixed up.", show_default=False)
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a token to somebody; from their next sign-in it is asked for. They are told."""
    given = Secret(code) if code else None

    async def errand(desk: Desk) -> dict[str, Any]:
        owner = await desk.find(user)
        token = _value(await desk.tokens.assign(serial, UserId(owner.id), code=given, actor=actor()), serial)
        return await _facts(desk, token)

    facts = run(_on_desk(existing(data), errand))
    _done("assigned", facts, f"{facts['serial']} to {facts['user']}", as_json=as_json)


@app.command(epilog=examples("twogate hardware-token unassign 987654321 --yes"))
def unassign(serial: Serial, yes: Yes = False, data: Data = None, as_json: AsJson = False) -> None:
    """Take a token back. Sessions that rest on it end; it waits, reserved, where its counter stands.

    Somebody whose only second factor it was needs another one, or `twogate user reset-factors`.
    """
    found = existing(data)
    if not yes:
        typer.confirm(f"Take {serial} from its owner? Sessions that rest on it end.", abort=True)

    async def errand(desk: Desk) -> tuple[Unassigned, InForce | None]:
        done = _value(await desk.tokens.unassign(serial, actor=actor()), serial)
        return done, await wait_in_force(desk.store, done.change)

    done, state = run(_on_desk(found, errand))
    facts = {"serial": done.token.serial, "user": done.user.name, "in_force": in_force_facts(state)}
    _done("unassigned", facts, f"{done.token.serial} from {done.user.name}", as_json=as_json)
    if not as_json:
        tell_in_force(state)


@app.command(epilog=examples("twogate hardware-token resync 987654321 254676 287922"))
def resync(
    serial: Serial,
    first: Annotated[str, typer.Argument(help="A code it shows.", show_default=False)],
    second: Annotated[str, typer.Argument(help="The one right after it.", show_default=False)],
    *,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find a token again that was pressed too often, or whose clock is off, by two codes in a row."""

    async def errand(desk: Desk) -> dict[str, Any]:
        token = _value(await desk.tokens.resynchronise(serial, (first, second), actor=actor()), serial)
        return await _facts(desk, token)

    facts = run(_on_desk(existing(data), errand))
    _done("found again", facts, facts["serial"], as_json=as_json)


@app.command(epilog=examples("twogate hardware-token remove 987654321 --yes"))
def remove(serial: Serial, yes: Yes = False, data: Data = None, as_json: AsJson = False) -> None:
    """Forget a token that is nobody's, and its seed with it."""
    found = existing(data)
    if not yes:
        typer.confirm(f"Forget {serial}? Its seed is gone then.", abort=True)

    async def errand(desk: Desk) -> dict[str, Any]:
        return {"serial": _value(await desk.tokens.remove(serial, actor=actor()), serial).serial}

    facts = run(_on_desk(found, errand))
    _done("removed", facts, facts["serial"], as_json=as_json)


async def _on_desk(found: Installation, errand: Callable[[Desk], Awaitable[T]]) -> T:
    async with open_desk(found) as desk:
        return await errand(desk)


def _value(answer: Passed[T] | Refused, serial: str) -> T:
    if isinstance(answer, Passed):
        return answer.value
    raise _no(answer, serial)


def _no(answer: Refused, serial: str) -> CommandFailed:
    shows = "`twogate hardware-token list` shows what there is"
    match answer.reason:
        case Reason.NOT_FOUND | Reason.ALREADY_ENROLLED:
            return refused(f"{serial}: {answer.detail or 'it is in use already'}", shows)
        case Reason.CODE_WRONG | Reason.TOKEN_CODE_WRONG:
            return refused("the codes do not fit this token; nothing was changed")
        case _:
            return from_refusal(Refused(answer.reason))


def _done(word: str, facts: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(facts | {"done": word})
    else:
        say(f"[green]{word}[/green] {escape(text)}")
