"""The command line is helpful: every command has help with an example, and a slip is answered in one line."""

import os
import resource
import subprocess
import sys

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import COMMANDS, run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the list loads and says what it does."""
    assert run([command, "--help"]) == ExitCode.OK
    assert "Usage" in capsys.readouterr().out


def test_a_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, one line, and the command that was probably meant."""
    assert run(["polcy"]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "twogate policy" in said
    assert len(said.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["policy", "check", "/no/such/file.toml"],
        ["audit", "verify", "--data", "/no/such/data"],
        ["user", "list", "--data", "/no/such/data"],
        ["doctor", "--data", "/no/such/data"],
        ["policy", "explain", "--request", "nonsense", "--data", "/no/such/data"],
        ["up", "--upstream", "not a url", "--data", "/proc/nowhere"],
    ],
)
def test_a_failure_is_one_line_without_a_traceback(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done is said in one line with the way out, and an exit code of the documented list."""
    code = run(arguments)
    said = capsys.readouterr().err
    assert code in set(ExitCode) - {ExitCode.OK}
    assert said.startswith("error:")
    assert "Traceback" not in said


def test_no_command_leaves_a_core_dump_or_a_file_for_others() -> None:
    """Whatever the shell allows, a crash writes no memory to the disk, and new files are their owner's."""
    program = (
        "import os, resource, sys; from twogate.cli import main; main.run = lambda *_, **__: 0\n"
        "try: main.main()\n"
        "except SystemExit: print(resource.getrlimit(resource.RLIMIT_CORE)[0], os.umask(0o022))"
    )
    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run(
        [sys.executable, "-c", program],
        preexec_fn=lambda: (resource.setrlimit(resource.RLIMIT_CORE, (limit, limit)), os.umask(0o022)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", str(0o077)]
