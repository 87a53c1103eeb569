"""What is made and what is refused before a start."""

from pathlib import Path

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing
from twogate.cli.prepare import Wanted, hold_alone, prepare, write_policy


def test_two_of_one_directory_do_not_run(data: Path) -> None:
    """The second is refused while the first holds it, and not a moment longer."""
    paths = existing(data).paths
    with hold_alone(paths):
        with pytest.raises(CommandFailed) as told, hold_alone(paths):
            pass
        assert told.value.code is ExitCode.UNAVAILABLE
    with hold_alone(paths):
        assert paths.lock.exists()


def test_an_upstream_that_the_policy_does_not_protect_is_refused(data: Path) -> None:
    """Nobody believes a server to be protected that is not; the one in the policy may be named again."""
    prepare(Wanted(data=data, upstream="http://127.0.0.1:9000/"))
    with pytest.raises(CommandFailed, match="does not protect"):
        prepare(Wanted(data=data, upstream="http://127.0.0.1:9001"))


@pytest.mark.parametrize("upstream", ["not a url", "http://h/path", "ftp://h"])
def test_what_is_no_server_makes_nothing(tmp_path: Path, upstream: str) -> None:
    """A slip leaves no half-made installation behind."""
    with pytest.raises(CommandFailed):
        prepare(Wanted(data=tmp_path / "new", upstream=upstream))
    assert not (tmp_path / "new").exists()


def test_without_a_policy_somebody_must_say_what_to_protect(tmp_path: Path) -> None:
    """Nothing is guessed for a new installation."""
    with pytest.raises(CommandFailed) as told:
        prepare(Wanted(data=tmp_path / "new"))
    assert told.value.code is ExitCode.USAGE


def test_a_policy_is_never_overwritten(tmp_path: Path) -> None:
    """Writing a first policy where one is fails and leaves it."""
    path = tmp_path / "twogate.toml"
    path.write_text("precious")
    with pytest.raises(CommandFailed):
        write_policy(path, "new")
    assert path.read_text() == "precious"
