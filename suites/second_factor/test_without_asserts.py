"""No refusal hangs on an ``assert``: the same answers under ``python -O`` and ``-OO``."""

import json
import os
import re
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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_cases_themselves_without_asserts(tmp_path: Path) -> None:
    """All cases of sign-in, account and recovery are run by ``python -O``: pytest rewrites a test's asserts."""
    quiet = "ignore:assertions not in test modules"  # those of helpers are stripped, as those of the product are
    chosen = ["-k", "case_ and not case_29 and not case_33", "-m", "not slow", "-W", quiet, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-O", "-m", "pytest", "-q", *chosen, f"--basetemp={tmp_path / 'again'}", *_CASES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=840,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= 60


_CASES = ("suites/second_factor", "suites/recovery/test_cases.py", "suites/webauthn/test_answers.py")
