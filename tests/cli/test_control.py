"""The command of a control plane: what it is told, and that it does not serve without a policy."""

from pathlib import Path
from typing import Any

import pytest

from twogate.cli import control
from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import run


@pytest.mark.parametrize("json_lines", [True, False])
def test_the_form_of_the_log_is_the_one_that_was_set(
    json_lines: bool,  # noqa: FBT001  # a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``log.json_lines`` reaches the operator's log, and without a policy there is nothing to serve."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(control, "configure", lambda _clock, **form: told.update(form))
    data = tmp_path / "d"
    assert run(["init", "--data", str(data)]) == ExitCode.OK
    (data / "settings.toml").write_text(f"[log]\njson_lines = {str(json_lines).lower()}\n")
    capsys.readouterr()
    code = run(["control", "--data", str(data)])
    assert told["json_lines"] is json_lines
    assert code == ExitCode.CONFIGURATION
    assert "twogate policy publish" in capsys.readouterr().err
