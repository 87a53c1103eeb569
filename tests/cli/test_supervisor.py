"""Control plane and gateway as children: a start that fails says why."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from twogate.cli.children import Child
from twogate.cli.exit_codes import ExitCode
from twogate.cli.supervisor import Supervisor

_READY = "import json, time; print(json.dumps({'ready': True}), flush=True); time.sleep(60)"
_FAULT = "import sys; print('[fault] the schema is newer', file=sys.stderr); sys.exit(4)"


def _supervisor(tmp_path: Path, *, quiet: bool, control: str) -> Supervisor:
    gateway = SimpleNamespace(listen="127.0.0.1:0", tls_cert=None, tls_key=None)
    installation = SimpleNamespace(paths=SimpleNamespace(data=tmp_path), settings=SimpleNamespace(gateway=gateway))
    prepared: Any = SimpleNamespace(
        installation=installation, policy=tmp_path / "p.toml", public_url="http://localhost"
    )
    made = Supervisor(prepared, quiet=quiet)
    for name, program in (("control", control), ("edge", _READY)):
        child = Child(name, (sys.executable, "-c", program), heard=made._heard, said=made._said)
        setattr(made, name, child)
    return made


@pytest.mark.parametrize("quiet", [True, False])
async def test_a_start_that_fails_says_why_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, quiet: bool
) -> None:
    """The child's exit code is the command's, its last words are on standard error, and the other child is stopped."""
    supervisor = _supervisor(tmp_path, quiet=quiet, control=_FAULT)

    async def never(_running: Supervisor) -> int:
        raise AssertionError

    assert await supervisor.until_signal(never) == ExitCode.CONFIGURATION
    assert capsys.readouterr().err.count("[fault] the schema is newer") == 1
    assert supervisor.edge.pid is None


async def test_a_quiet_start_that_succeeds_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the children log is kept, not printed, and the work's answer is the exit code."""
    supervisor = _supervisor(tmp_path, quiet=True, control="import sys; print('noise', file=sys.stderr);" + _READY)

    async def work(running: Supervisor) -> int:
        assert running.edge.pid is not None
        return ExitCode.REFUSED

    assert await supervisor.until_signal(work) == ExitCode.REFUSED
    assert capsys.readouterr().err == ""
    assert "noise" in supervisor.log
