"""The bench command offers both measurements and prints what they found, for people and for machines."""

import json
from typing import Any

import pytest

from twogate.cli import bench_sign_in
from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import run

FOUND = {
    "operations": {"code_check": {"per_second": 91.5, "per_second_and_core": 45.7, "p50_ms": 9.1, "p99_ms": 20.0}},
    "password_sign_in_of_argon2id": 0.93,
    "password_sign_in_of_argon2id_by_cpu": 0.95,
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bench_sign_in.Load]:
    """The loads that were asked for; nothing is measured."""
    loads = []

    async def measured(load: bench_sign_in.Load, **_: Any) -> dict[str, Any]:
        loads.append(load)
        return FOUND

    monkeypatch.setattr(bench_sign_in, "run_sign_in_bench", measured)
    return loads


def test_people_get_a_table(asked: list[bench_sign_in.Load], capsys: pytest.CaptureFixture[str]) -> None:
    """The figures are a table, the ratio a sentence; how long it takes is said beside, on standard error."""
    assert run(["bench", "sign-in", "--seconds", "2"]) == ExitCode.OK
    printed = capsys.readouterr()
    assert [load.seconds for load in asked] == [2]
    assert "code_check" in printed.out
    assert "0.93 of the bare Argon2id rate" in printed.out
    assert "seconds" in printed.err


def test_machines_get_json(asked: list[bench_sign_in.Load], capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the whole finding is one JSON document."""
    assert run(["bench", "sign-in", "--json"]) == ExitCode.OK
    assert len(asked) == 1
    assert json.loads(capsys.readouterr().out) == FOUND


def test_both_measurements_are_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names the gateway's and the sign-in's."""
    assert run(["bench", "--help"]) == ExitCode.OK
    said = capsys.readouterr().out
    assert "gateway" in said
    assert "sign-in" in said
