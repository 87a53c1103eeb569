"""No refusal hangs on an ``assert``: the same answers under ``python -O`` and ``-OO``."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("flag", ["-OO", pytest.param("-O", marks=pytest.mark.slow)])
def test_case_29_refusals_without_asserts(empty: Path, flag: str) -> None:
    """Twenty-odd refusals of sign-in, account and sessions are made in an interpreter that strips asserts."""
    done = subprocess.run(
        [sys.executable, flag, "-m", "suites.second_factor.refusals", str(empty)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["optimised"], said["asserts"]) == (len(flag) - 1, False)
    told = said["told"]
    assert len(told) >= 20
    assert [name for name, reason in told.items() if reason == "let in"] == []
    assert told["wrong password"] == "password_wrong"
    assert told["code again"] == "code_replayed"
    assert (told["locked"], told["blocked"]) == ("locked", "subject_blocked")
