"""``twogate policy`` on a real installation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_published_versions_can_be_shown_and_compared(twogate: Command, data: Path) -> None:
    """A looser second version is exit status 1 of the comparison; the same again is no difference."""
    assert twogate("policy", "show")[0] == ExitCode.REFUSED
    file = data / "twogate.toml"
    assert twogate("policy", "publish")[1] == {"version": 1, "change": 1, "changed": True}
    file.write_text(file.read_text().replace('require = "aal2"', 'require = "aal1"'))
    assert twogate("policy", "publish")[1]["version"] == 2
    assert twogate("policy", "publish")[1] == {"version": 2, "change": 0, "changed": False}
    code, found, _ = twogate("policy", "diff", "1", "2")
    assert (code, {one["direction"] for one in found}) == (ExitCode.REFUSED, {"looser"})
    code, found, _ = twogate("policy", "diff", "2", str(file))
    assert (code, found) == (ExitCode.OK, [])
    assert 'require = "aal2"' in twogate("policy", "show", "1")[1]["toml"]


def test_a_mistake_is_neither_published_nor_ok(twogate: Command, data: Path) -> None:
    """The check names it with its line, and publishing changes nothing."""
    file = data / "twogate.toml"
    file.write_text(file.read_text().replace("aal2", "aal9"))
    code, found, _ = twogate("policy", "check")
    assert (code, found["ok"], found["rules"]) == (ExitCode.REFUSED, False, None)
    assert found["mistakes"][0]["line"] > 1
    assert twogate("policy", "publish")[0] == ExitCode.CONFIGURATION
    assert twogate("policy", "show")[0] == ExitCode.REFUSED


def test_odd_version_names_are_told_not_raised(twogate: Command) -> None:
    """A number that was never published, and a digit that is none, are refused in one line."""
    for name in ("7", "²"):
        code, _, told = twogate("policy", "diff", name, name)
        assert code in (ExitCode.REFUSED, ExitCode.CONFIGURATION)
        assert told.count("error:") == 1
