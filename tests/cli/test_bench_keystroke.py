"""``twogate bench keystroke`` on typists who do not exist; no public data set is needed."""

import json
from pathlib import Path

import pytest
from tests.rules.behaviour.typists import columns, typed, write_csv
from typer.testing import CliRunner

from twogate.cli.bench import app
from twogate.cli.bench_keystroke import read_people, run_keystroke_bench
from twogate.cli.failures import CommandFailed

ROWS = typed(4, apart=0.5)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv(tmp_path_factory.mktemp("keystrokes") / "data.csv", ROWS)


def test_the_rate_of_known_distributions_is_told(data: Path) -> None:
    """Mean and standard deviation over subjects, with the protocol they were measured by."""
    found = run_keystroke_bench(data)
    assert 0.15 <= found["equal_error_rate"] <= 0.30
    assert 0 < found["standard_deviation"] < 0.1
    assert found["by_subject"].keys() == ROWS.keys()
    assert (found["people"], found["timings"], found["trained_on"], found["genuine"]) == (4, 31, 200, 200)
    assert found["impostor"] == 15  # five of each of the three others; 250 among the benchmark's 51 subjects


def test_the_command_speaks_to_people_and_to_machines(data: Path) -> None:
    """A line with the rate, or one JSON document."""
    spoken = CliRunner().invoke(app, ["keystroke", str(data)])
    assert "equal error rate: 0." in spoken.stdout
    told = json.loads(CliRunner().invoke(app, ["keystroke", str(data), "--json"]).stdout)
    assert told == run_keystroke_bench(data)


def test_repetitions_are_taken_in_the_order_they_were_typed(data: Path, tmp_path: Path) -> None:
    """By session and repetition, whatever the order of the lines."""
    head, *lines = data.read_text().splitlines()
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join((head, *sorted(lines, key=lambda line: line[-9:]))))
    assert read_people(shuffled) == read_people(data)


HEAD = ",".join(("subject", "sessionIndex", "rep", *columns()))
ROW = ",".join(("s1", "1", "1", *["0.1"] * len(columns())))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column subject, sessionIndex, rep"),
        ("a,b\n1,2\n", "no column subject"),
        ("subject,sessionIndex,rep\n", r"no column H\.\*"),
        (f"{HEAD},mood\n", "unknown column mood"),
        (f"{HEAD}\n{ROW}\n{ROW[:-3]}x\n", r"data\.csv:3: a cell is missing or no number"),
        (f"{HEAD}\n{ROW[:-4]}\n", r"data\.csv:2: a cell is missing"),
        (f"{HEAD}\n{ROW},7\n", r"data\.csv:2: too many cells"),
        (f"{HEAD}\n{ROW[:-3]}nan\n", "a number that is none"),
        (f"{HEAD}\n{ROW}\n", "1 subjects; at least 2"),
        (f"{HEAD}\n{ROW}\n{ROW.replace('s1', 's2')}\n", r"fewer than 400 repetitions of s1 \(1\), s2 \(1\)"),
        (f'{HEAD}\n"{ROW}\n', "not a CSV file"),
        ("\xff", "no column"),
    ],
)
def test_what_is_no_such_data_set_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Which column, which line, what the protocol needs."""
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandFailed, match=said):
        run_keystroke_bench(path)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    """Rather than read as other columns."""
    path = tmp_path / "data.csv"
    path.write_bytes(HEAD.encode("utf-16"))
    with pytest.raises(CommandFailed, match="UTF-8"):
        run_keystroke_bench(path)
