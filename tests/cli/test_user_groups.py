"""``twogate user join``, ``leave`` and ``coverage`` on a real installation."""

from collections.abc import Callable
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_groups_are_joined_and_left(twogate: Command) -> None:
    """Once each; the audit knows who did it."""
    twogate("user", "add", "alice")
    for changed in (True, False):
        code, told, _ = twogate("user", "join", "alice", "staff")
        assert (code, told["changed"]) == (ExitCode.OK, changed)
    assert twogate("user", "coverage")[1][0]["groups"] == ["staff"]
    assert twogate("user", "leave", "alice", "staff")[1]["changed"]
    assert twogate("user", "coverage")[1][0]["groups"] == []
    assert twogate("user", "join", "alice", "No Such Word")[0] == ExitCode.REFUSED
    assert twogate("user", "join", "bob", "staff")[0] == ExitCode.REFUSED


def test_who_has_what(twogate: Command) -> None:
    """Everybody by name, or only those who owe a second factor; never a secret."""
    made = twogate("user", "add", "alice", "--totp")[1]
    twogate("user", "add", "bob")
    rows = {row["name"]: row for row in twogate("user", "coverage")[1]}
    assert (rows["alice"]["second_factor"], rows["alice"]["level"]) == ("met", "aal2")
    assert (rows["bob"]["second_factor"], rows["bob"]["level"]) == ("due", "aal1")
    assert made["authenticator"]["secret"] not in str(rows)
    assert [row["name"] for row in twogate("user", "coverage", "--owing")[1]] == ["bob"]
