"""No refusal of a recovery hangs on an ``assert``: the same answers under ``python -OO``."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_case_29_recoveries_without_asserts(empty: Path) -> None:
    """Passes, links and the help desk's four eyes are refused in an interpreter that strips asserts."""
    done = subprocess.run(
        [sys.executable, "-OO", "-m", "suites.recovery.refusals", str(empty)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert not said["asserts"]
    assert said["told"] == {
        "wrong pass": "recovery_pass_wrong",
        "pass as a password's secret": "recovery_unknown",
        "unknown secret": "recovery_unknown",
        "unknown link": "recovery_unknown",
        "pass again": "factor_not_offered",
        "two words": "input_malformed",
        "no administrator": "permission_missing",
        "own account": "own_account",
        "no reason": "input_malformed",
        "same administrator": "second_person_required",
        "the person": "permission_missing",
        "a stranger": "permission_missing",
        "approved again": "recovery_over",
    }
