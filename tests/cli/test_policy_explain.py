"""``twogate policy explain`` for a made-up caller."""

from collections.abc import Callable
from typing import Any

import pytest

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


@pytest.mark.parametrize(
    ("asked", "caller", "reason"),
    [
        ("GET /orders", (), "credential_missing"),
        ("GET /orders", ("--level", "aal1"), None),
        ("POST /orders", ("--level", "aal1"), "level_too_low"),
        ("POST /orders", ("--level", "aal2"), None),
        ("POST /orders", ("--level", "aal2", "--age", "20m"), "proof_too_old"),
        ("POST /orders", ("--level", "aal2", "--api-token"), "person_required"),
    ],
)
def test_the_answer_is_that_of_the_gateway(
    twogate: Command, asked: str, caller: tuple[str, ...], reason: str | None
) -> None:
    """Level, age and kind of caller decide as they would at the gateway; the exit status says which."""
    code, found, _ = twogate("policy", "explain", "--request", asked, *caller)
    assert found["reason"] == reason
    assert code == (ExitCode.REFUSED if reason else ExitCode.OK)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("rid", "--request", "GET /"),
        ("--request", "nonsense"),
        ("--request", "GET /", "--level", "aal9"),
        ("--request", "GET /", "--age", "soon", "--level", "aal1"),
        ("--request", "GET /", "--address", "nowhere"),
    ],
)
def test_a_slip_is_a_usage_error(twogate: Command, arguments: tuple[str, ...]) -> None:
    """Nothing is guessed about a request that was not asked properly."""
    assert twogate("policy", "explain", *arguments)[0] == ExitCode.USAGE
