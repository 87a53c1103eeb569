"""``twogate user`` on a real installation."""

from collections.abc import Callable
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_a_password_is_shown_once(twogate: Command) -> None:
    """Made and told at the start; neither list nor show knows it; another one is another."""
    code, made, _ = twogate("user", "add", "alice")
    assert (code, made["second_factor"]) == (ExitCode.OK, False)
    assert made["password"] not in str(twogate("user", "list")[1]) + str(twogate("user", "show", "alice")[1])
    fresh = twogate("user", "password", "alice", "--yes")[1]
    assert fresh["password"] != made["password"]


def test_an_app_is_set_up_with_its_owner_beside(twogate: Command) -> None:
    """With --totp the secret is told once and the factor is there."""
    made = twogate("user", "add", "alice", "--totp")[1]
    assert made["authenticator"]["secret"] in made["authenticator"]["uri"]
    shown = twogate("user", "show", "alice")[1]
    assert "totp" in str(shown["factors"])
    assert made["authenticator"]["secret"] not in str(shown)


def test_a_reset_gives_codes_for_the_way_back(twogate: Command) -> None:
    """Codes are told once, all different."""
    twogate("user", "add", "alice", "--totp")
    code, done, _ = twogate("user", "reset-factors", "alice", "--yes")
    assert code == ExitCode.OK
    assert len(set(done["codes"])) == len(done["codes"]) > 1


def test_a_block_is_shown_until_it_is_lifted(twogate: Command) -> None:
    """Since when is in the list; lifted, it is not."""
    twogate("user", "add", "alice")
    assert twogate("user", "block", "alice", "--yes")[0] == ExitCode.OK
    assert twogate("user", "list")[1][0]["blocked"]
    assert twogate("user", "unblock", "alice")[0] == ExitCode.OK
    assert twogate("user", "list")[1][0]["blocked"] is None


def test_who_is_not_there_is_one_line(twogate: Command) -> None:
    """An unknown name and a taken one are refused, nothing is printed for a program."""
    twogate("user", "add", "alice")
    for arguments in (("show", "bob"), ("unlock", "bob"), ("block", "bob", "--yes"), ("add", "ALICE")):
        code, document, told = twogate("user", *arguments)
        assert (code, document, told.count("error:")) == (ExitCode.REFUSED, None, 1)
