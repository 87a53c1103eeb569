"""What a command prints: facts on standard output, remarks on standard error; JSON for machines on request.

Decides the look. Colour and progress appear only where a terminal is (rich finds out, NO_COLOR is obeyed).
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twogate.cli.failures import CommandFailed
from twogate.terms.instant import Instant


class Writes(Protocol):
    """Anything text can be written to."""

    def write(self, text: str, /) -> object: ...


_PIPE_WIDTH = 240


def console() -> Console:
    """Standard output, in the width of the terminal; a pipe gets long lines whole."""
    if sys.stdout.isatty():
        return Console(highlight=False, emoji=False)
    return Console(highlight=False, emoji=False, soft_wrap=True, width=_PIPE_WIDTH)


def remarks() -> Console:
    """Standard error."""
    return Console(
        stderr=True, highlight=False, emoji=False, soft_wrap=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH
    )


def say(text: str) -> None:
    """Print a line with rich markup."""
    console().print(text)


def remark(text: str) -> None:
    """Say something that is not the answer."""
    remarks().print(text)


def fail(failure: CommandFailed) -> None:
    """Print one line: what is wrong, and the way out."""
    hint = f" [dim]({escape(failure.hint)})[/dim]" if failure.hint else ""
    remarks().print(f"[bold red]error:[/bold red] {escape(' '.join(failure.text.split()))}{hint}")


def print_json(value: object) -> None:
    """Print one JSON document, sorted, for machines."""
    print(json.dumps(value, indent=2, sort_keys=True, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    return str(value)


def when(instant: Instant | None) -> str | None:
    """Write a time as RFC 3339, whole seconds; nothing stays nothing."""
    return None if instant is None else instant.utc().isoformat(timespec="seconds").replace("+00:00", "Z")


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, empty: str) -> None:
    """Print rows under headings; ``empty`` says what to do when there are none."""
    found = list(rows)
    if not found:
        remark(f"[dim]{escape(empty)}[/dim]")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in found:
        table.add_row(*(escape(_cell(row.get(column))) for column in columns))
    console().print(table)


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "-"
    return str(value)
