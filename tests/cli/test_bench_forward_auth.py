"""``twogate bench forward-auth`` measures the real application, and every question it asks is one that passes."""

import json

import pytest

from twogate.cli.bench_forward_auth import Load, run_forward_auth_bench
from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import run
from twogate.outside.clock import SystemClock


def test_the_application_is_called_and_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without wrk only the direct calls are measured."""
    monkeypatch.setenv("PATH", "")
    found = run_forward_auth_bench(Load(rules=20, revoked=10, seconds=1), clock_seconds=SystemClock().now().seconds)
    assert found["decisions"].keys() == {"called"}
    called = found["decisions"]["called"]
    assert called["refused"] == 0
    assert called["per_second_and_core"] > 100
    assert found["load"] == {"rules": 20, "revoked": 10, "seconds": 1}


def test_machines_get_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the whole finding is one JSON document, without it a table."""
    monkeypatch.setenv("PATH", "")
    options = ["bench", "forward-auth", "--rules", "10", "--revoked", "0", "--seconds", "1"]
    assert run([*options, "--json"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["decisions"]["called"]["refused"] == 0
    assert run(options) == ExitCode.OK
    assert "called" in capsys.readouterr().out
