"""``twogate policy``: look at a policy before it matters, and put it in force.

Decides how policies are shown and compared on a terminal. What they mean is ``rules.policy``.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli import policy_explain
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import refused
from twogate.cli.installed import actor, existing, installation, run
from twogate.cli.options import AsJson, Data, command_group, examples
from twogate.cli.output import print_json, remark, say, when
from twogate.cli.policy_file import advice, counted, place, read_checked, read_policy, read_text, usable
from twogate.cli.published import open_publisher
from twogate.rules.policy.check import Checked
from twogate.rules.policy.diff import Difference, Direction, diff
from twogate.rules.policy.schema import schema as policy_schema
from twogate.services.publish_policy import Published
from twogate.settings.installation import Installation
from twogate.store.unit import PolicyVersion

app = command_group("The policy: check, diff, explain, publish, show, schema.")
app.command("explain", epilog=policy_explain.EPILOG)(policy_explain.explain)

File = Annotated[Path | None, typer.Argument(help="Policy file. [default: the data directory's]", show_default=False)]
_COLOUR = {
    Direction.LOOSER: "red",
    Direction.MIXED: "yellow",
    Direction.STRICTER: "green",
    Direction.OTHER: "blue",
}


@app.command(epilog=examples("twogate policy check twogate.toml", "twogate policy check --strict --json"))
def check(
    file: File = None,
    strict: Annotated[bool, typer.Option("--strict", help="Advice counts as a mistake, too.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Check a policy: every mistake at once with its line, then advice. Exit status 1 when it cannot be used."""
    path = file or installation(data).paths.policy
    checked, _ = read_checked(path)
    bad = checked.policy is None or (strict and bool(checked.findings))
    if as_json:
        print_json(_check_facts(path, checked, ok=not bad))
    else:
        _print_check(path, checked)
    if bad:
        raise typer.Exit(ExitCode.REFUSED)


def _check_facts(path: Path, checked: Checked, *, ok: bool) -> dict[str, Any]:
    mistakes = [
        {"line": found.line, "where": found.where, "message": found.message, "hint": found.hint}
        for found in checked.mistakes
    ]
    findings = [
        {
            "id": found.id.value,
            "line": found.line,
            "rule": found.rule,
            "message": found.sentence,
            "detail": found.detail,
        }
        for found in checked.findings
    ]
    rules = len(checked.policy.rules) if checked.policy else None
    return {"ok": ok, "file": str(path), "rules": rules, "mistakes": mistakes, "advice": findings}


def _print_check(path: Path, checked: Checked) -> None:
    for mistake in checked.mistakes:
        hint = f" [dim]({escape(mistake.hint)})[/dim]" if mistake.hint else ""
        say(f"[bold red]mistake[/bold red] {escape(place(str(path), mistake))}{hint}")
    for finding in checked.findings:
        say(f"[yellow]advice[/yellow]  {escape(advice(str(path), finding))}")
    if checked.policy is not None:
        rules = counted(len(checked.policy.rules), "rule")
        say(f"[green]ok[/green]      {escape(str(path))}: {rules}, {counted(len(checked.findings), 'piece')} of advice")


@app.command("diff", epilog=examples("twogate policy diff old.toml new.toml", "twogate policy diff 3 twogate.toml"))
def compare(
    old: Annotated[str, typer.Argument(help="A file, or the number of a published version.", show_default=False)],
    new: Annotated[str, typer.Argument(help="A file, or the number of a published version.", show_default=False)],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what changes for callers, looser things first. Exit status 1 when something becomes looser."""
    before, after = (_named(name, data) for name in (old, new))
    found = diff(usable(*before), usable(*after))
    if as_json:
        print_json([_difference_facts(difference) for difference in found])
    else:
        _print_differences(found)
    if any(difference.direction in (Direction.LOOSER, Direction.MIXED) for difference in found):
        raise typer.Exit(ExitCode.REFUSED)


def _named(name: str, data: Path | None) -> tuple[Checked, str]:
    """Read a file, or a published version when the name is a number and no such file is there."""
    if name.isdecimal() and not Path(name).exists():
        found = run(_version(existing(data), int(name)))
        if found is None:
            raise refused(f"no policy version {name} was published", "`twogate policy show` shows the present one")
        return _check_text(found.toml), f"version {name}"
    checked, _ = read_checked(Path(name))
    return checked, name


def _check_text(text: str) -> Checked:
    from twogate.rules.policy.check import check as check_text  # noqa: PLC0415  # the command has the name here

    return check_text(text)


def _difference_facts(difference: Difference) -> dict[str, Any]:
    return {
        "direction": difference.direction.name.lower(),
        "template": difference.template,
        "before": difference.before,
        "after": difference.after,
        "details": list(difference.details),
    }


def _print_differences(found: tuple[Difference, ...]) -> None:
    if not found:
        say("[green]no difference[/green] for any caller")
    for difference in found:
        colour = _COLOUR[difference.direction]
        name = difference.direction.name.lower()
        what = difference.template or "the policy as a whole"
        say(f"[{colour}]{name:8}[/{colour}] [bold]{escape(what)}[/bold]  {escape('; '.join(difference.details))}")


@app.command(epilog=examples("twogate policy publish", "twogate policy publish new.toml --json"))
def publish(file: File = None, data: Data = None, as_json: AsJson = False) -> None:
    """Put a policy in force at every gateway, if it has no mistake. `twogate up` does this when its file changes."""
    found = existing(data)
    path = file or found.paths.policy
    answer = run(_publish(found, read_text(path)))
    if not isinstance(answer, Published):
        usable(answer, str(path))
        return
    if as_json:
        print_json({"version": answer.version, "change": answer.change, "changed": answer.change != 0})
    elif answer.change:
        say(f"[green]published[/green] version {answer.version}")
    else:
        say(f"version {answer.version} is in force already; nothing changed")
    for finding in () if as_json else answer.checked.findings:
        remark(f"[yellow]advice[/yellow] {escape(advice(str(path), finding))}")


async def _publish(found: Installation, text: str) -> Published | Checked:
    async with open_publisher(found) as publisher:
        return await publisher.publish(text, by=actor())


async def _version(found: Installation, number: int | None) -> PolicyVersion | None:
    async with open_publisher(found) as publisher:
        return await publisher.current() if number is None else await publisher.get(number)


@app.command(epilog=examples("twogate policy show", "twogate policy show 3 > old.toml"))
def show(
    version: Annotated[
        int | None, typer.Argument(help="Which version. [default: the one in force]", show_default=False)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print a published policy."""
    found = run(_version(existing(data), version))
    if found is None:
        what = "no policy was published yet" if version is None else f"no policy version {version} was published"
        raise refused(what, "`twogate policy publish FILE`")
    if as_json:
        print_json(
            {"version": found.version, "published": when(found.published), "by": found.by, "toml": found.toml},
        )
    else:
        remark(f"[dim]version {found.version}, published {when(found.published)} by {escape(found.by)}[/dim]")
        print(found.toml, end="" if found.toml.endswith("\n") else "\n")


@app.command(epilog=examples("twogate policy schema > twogate.schema.json"))
def schema() -> None:
    """Print the JSON Schema of the policy file, for your editor."""
    print_json(policy_schema())


__all__ = ["app", "read_policy"]
