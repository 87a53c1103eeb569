"""What a command prints."""

import json

import pytest
from tests.ports import NOON

from twogate.cli.failures import refused
from twogate.cli.output import fail, print_json, print_table, when


def test_markup_in_a_cell_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with brackets is shown as it is: nobody colours or hides a line by their display name."""
    print_table(("name", "n"), [{"name": "[red]eve[/red]", "n": [1, 2]}, {"name": "", "n": True}], empty="none")
    out = capsys.readouterr().out
    assert "[red]eve[/red]" in out
    assert "1 2" in out
    assert "yes" in out
    assert "-" in out


def test_an_empty_table_is_a_remark(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing on standard output for a program to stumble over."""
    print_table(("name",), [], empty="none yet")
    said = capsys.readouterr()
    assert (said.out, "none yet" in said.err) == ("", True)


def test_a_failure_is_one_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    """Newlines and markup in the text do not make a second line or disappear."""
    fail(refused("no\nsuch [bold]thing[/bold]", "try [x]"))
    err = capsys.readouterr().err
    assert err == "error: no such [bold]thing[/bold] (try [x])\n"


def test_json_is_sorted_and_knows_sets(capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts give the same text in every run."""
    print_json({"b": frozenset({"y", "x"}), "a": NOON})
    out = capsys.readouterr().out
    assert json.loads(out)["b"] == ["x", "y"]
    assert out.index('"a"') < out.index('"b"')


def test_times_are_rfc_3339_in_whole_seconds() -> None:
    """Nothing stays nothing."""
    assert (when(NOON), when(None)) == ("2026-11-24T12:00:00Z", None)
