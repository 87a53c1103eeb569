"""``twogate policy explain REQUEST_ID``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]
RID = "5f807bfe-f9fd-4a42-97be-43d5e3013e10"


@pytest.mark.parametrize(("why", "code"), [("credential_missing", ExitCode.REFUSED), ("-", ExitCode.OK)])
def test_a_logged_request_is_explained_under_its_own_policy(
    twogate: Command, data: Path, why: str, code: ExitCode
) -> None:
    """The gateway's reason is told with the policy version of then; the exit status says how it ended."""
    twogate("policy", "publish")
    line = {"t": 1_795_000_000, "rid": RID, "src": "127.0.0.1", "method": "GET", "v": 1, "path": "/orders"}
    line |= {"host": "-", "facts": "-", "status": 401, "why": why}
    (data / "traffic").mkdir(exist_ok=True)
    (data / "traffic" / "2026-11-18T11.jsonl").write_text(json.dumps(line, separators=(",", ":")) + "\n")
    ended, found, _ = twogate("policy", "explain", RID)
    assert (ended, found["policy_version"]) == (code, 1)
    assert found["reason"] == (None if why == "-" else why)


def test_an_id_that_was_never_logged_is_one_line(twogate: Command) -> None:
    """Nothing is made up about it."""
    code, found, told = twogate("policy", "explain", RID)
    assert (code, found, told.count("error:")) == (ExitCode.REFUSED, None, 1)
