"""Options that several commands share, spelled once."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Data directory. [default: $TWOGATE_DATA, else ./.twogate]", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]


def command_group(text: str) -> typer.Typer:
    """A command with commands of its own; alone it shows its help."""
    return typer.Typer(help=text, no_args_is_help=True, add_completion=False)


def single_command() -> typer.Typer:
    """A command without commands of its own."""
    return typer.Typer(add_completion=False)


def examples(*lines: str) -> str:
    """The end of a help text: lines to copy."""
    return "\n\n".join(("[bold]Examples[/bold]", *(f"[dim]$[/dim] {line}" for line in lines)))
