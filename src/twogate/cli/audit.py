"""``twogate audit``: read the audit log, prove that nobody changed it, hand it to an auditor.

Decides how it is shown. What the chain is and what counts as tampering is ``rules.audit``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.audit_rows import Filter, newest, row_facts
from twogate.cli.database import opened
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, misconfigured
from twogate.cli.installed import existing, run
from twogate.cli.options import AsJson, Data, command_group, examples
from twogate.cli.output import print_json, print_table, say
from twogate.cli.policy_file import counted
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.audit.inspection import Report
from twogate.services.audit_log import AuditLog, verify_file
from twogate.settings.installation import Installation
from twogate.settings.paths import reason
from twogate.store.unit import Store
from twogate.terms.events import Event

app = command_group("The audit log: list, verify, export.")

_COLUMNS = ("index", "at", "event", "actor", "subject", "facts")


@app.command(
    "list",
    epilog=examples(
        "twogate audit list",
        "twogate audit list --subject usr_abc --json",
        "twogate audit list --event user:proof:locked",
    ),
)
def show_all(
    *,
    subject: Annotated[str, typer.Option("--subject", help="To whom or what it happened.", show_default=False)] = "",
    event: Annotated[str, typer.Option("--event", help="Only this event.", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many, newest last.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List security events."""
    if event and event not in {known.value for known in Event}:
        raise CommandFailed(ExitCode.USAGE, f"--event {event}: no such event", "docs/reference/events.md lists them")
    rows = [row_facts(row) for row in run(newest(existing(data), Filter(subject, event, limit)))]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        row["facts"] = " ".join(f"{name}={value}" for name, value in row["facts"].items())
    print_table(_COLUMNS, rows, empty="no event yet")


@app.command(
    epilog=examples(
        "twogate audit verify",
        "twogate audit verify --export audit.jsonl --anchor audit.anchor --key audit-key.pem",
    )
)
def verify(
    *,
    export_file: Annotated[
        Path | None, typer.Option("--export", help="Check an exported file; needs no database.", show_default=False)
    ] = None,
    anchor: Annotated[
        Path | None, typer.Option("--anchor", help="Anchor file to check an export against.", show_default=False)
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", help="Public key in PEM that you trust; may be repeated.", show_default=False),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Prove that no event was changed, removed, reordered or cut off. Exit status 1 names the index where it was."""
    keys = [_read(path) for path in key or ()]
    if export_file is not None and not keys:
        raise CommandFailed(ExitCode.USAGE, "an export is checked with --key", "`twogate audit export --keys FILE`")
    try:
        report = (
            run(_verify(existing(data), keys))
            if export_file is None
            else verify_file(export_file, anchor=anchor, public_keys=keys)
        )
    except ValueError as error:
        raise misconfigured(str(error)) from error
    _print_report(report, as_json=as_json)
    if not report.intact:
        raise typer.Exit(ExitCode.REFUSED)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is not a PEM file"
        raise misconfigured(f"{path}: cannot read it: {why}") from error


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(_report_facts(report))
        return
    for fault in report.faults:
        say(f"[bold red]{fault.tampering.value}[/bold red] at index {fault.index}: {escape(fault.detail)}")
    state = "[green]intact[/green]" if report.intact else "[bold red]tampered with[/bold red]"
    say(f"{state}  {counted(report.rows, 'event')}, signed up to index {report.signed_until}")


def _report_facts(report: Report) -> dict[str, Any]:
    faults = [
        {"index": fault.index, "tampering": fault.tampering.value, "detail": fault.detail} for fault in report.faults
    ]
    return {"intact": report.intact, "rows": report.rows, "signed_until": report.signed_until, "faults": faults}


async def _verify(found: Installation, keys: Sequence[str]) -> Report:
    async with opened(found) as store:
        log = _log(found, store)
        await log.close()
        return await log.verify(keys)


@app.command(epilog=examples("twogate audit export audit.jsonl --keys audit-keys.pem"))
def export(
    target: Annotated[Path, typer.Argument(help="File to write, one JSON object a line.", show_default=False)],
    *,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="Also write the public keys that verify it.", show_default=False)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole log, with its signed heads, for an auditor or an archive."""
    rows, public_keys = run(_export(existing(data), target))
    if keys is not None:
        keys.write_text("\n".join(public_keys), encoding="ascii")
    if as_json:
        print_json({"file": str(target), "rows": rows, "keys": list(public_keys)})
    else:
        say(f"[green]wrote[/green] {counted(rows, 'event')} to {escape(str(target))}")


async def _export(found: Installation, target: Path) -> tuple[int, tuple[str, ...]]:
    async with opened(found) as store:
        log = _log(found, store)
        await log.close()
        return await log.export(target), await log.public_keys()


def _log(found: Installation, store: Store) -> AuditLog:
    return AuditLog(store, SystemClock(), SystemEntropy(), anchor=found.paths.audit_anchor)
