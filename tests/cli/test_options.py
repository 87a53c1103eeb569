"""What the commands' help has in common."""

import typer

from twogate.cli.options import command_group, examples


def test_examples_are_lines_to_copy() -> None:
    """Each stands on its own line behind a prompt, under a heading."""
    text = examples("twogate one", "twogate two --json")
    assert text.split("\n\n") == [
        "[bold]Examples[/bold]",
        "[dim]$[/dim] twogate one",
        "[dim]$[/dim] twogate two --json",
    ]


def test_a_group_alone_shows_its_help() -> None:
    """Somebody who does not know the commands yet is shown them, and no shell files are written for them."""
    group = command_group("Things.")
    assert isinstance(group, typer.Typer)
    assert (group.info.no_args_is_help, group.info.help, group._add_completion) == (True, "Things.", False)
