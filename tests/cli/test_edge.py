"""The command of a gateway node: what it is told, and what it does before the agent takes over."""

import socket
from pathlib import Path
from typing import Any

import pytest

from twogate.cli import edge
from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import run


@pytest.mark.parametrize("json_lines", [True, False])
def test_the_form_of_the_log_is_the_one_that_was_set(
    json_lines: bool,  # noqa: FBT001  # a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``log.json_lines`` reaches the operator's log, and a port in use is told before anything starts."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(edge, "configure", lambda _clock, **form: told.update(form))
    monkeypatch.setenv("TWOGATE_LOG_JSON_LINES", str(json_lines).lower())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code = run(["edge", "--data", str(tmp_path / "d"), "--listen", f"127.0.0.1:{port}"])
    assert told["json_lines"] is json_lines
    assert code == ExitCode.UNAVAILABLE
    assert str(port) in capsys.readouterr().err
