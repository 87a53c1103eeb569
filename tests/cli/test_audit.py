"""``twogate audit`` on a real installation."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_an_export_verifies_until_a_letter_is_changed(twogate: Command, tmp_path: Path) -> None:
    """With the keys beside it an export proves itself; one changed name in it does not."""
    twogate("user", "add", "alice")
    file, keys = tmp_path / "audit.jsonl", tmp_path / "keys.pem"
    assert twogate("audit", "export", str(file), "--keys", str(keys))[0] == ExitCode.OK
    check = ("audit", "verify", "--export", str(file), "--key", str(keys))
    code, report, _ = twogate(*check)
    assert (code, report["intact"], report["rows"] > 0) == (ExitCode.OK, True, True)
    text = file.read_text()
    file.write_text(text.replace('"actor"', '"actor "', 1) if "cli:" not in text else text.replace("cli:", "clj:", 1))
    assert twogate(*check)[0] != ExitCode.OK


def test_a_row_changed_in_the_database_is_found(twogate: Command, data: Path) -> None:
    """Whoever can write the database cannot rewrite history: the index is named, the exit status is 1."""
    twogate("user", "add", "alice")
    assert twogate("audit", "verify")[1]["intact"]
    database = sqlite3.connect(data / "twogate.db")
    with database:
        database.execute("UPDATE audit SET actor = 'cli:somebody-else'")
    database.close()
    code, report, _ = twogate("audit", "verify")
    assert (code, report["intact"]) == (ExitCode.REFUSED, False)
    assert json.dumps(report["faults"]) != "[]"


def test_an_export_is_not_checked_with_keys_it_brings_itself(twogate: Command, tmp_path: Path) -> None:
    """Without a key that the reader trusts there is no verdict, and an unknown event is a usage error."""
    assert twogate("audit", "verify", "--export", str(tmp_path / "x"))[0] == ExitCode.USAGE
    assert twogate("audit", "list", "--event", "user:nothing")[0] == ExitCode.USAGE
