"""``twogate policy explain`` for a made-up caller."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.rules.policy.drafts import toml

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
        ("--request", "GET /", "--country", "UK"),
        ("--request", "GET /", "--asn", "3320"),
    ],
)
def test_a_slip_is_a_usage_error(twogate: Command, arguments: tuple[str, ...]) -> None:
    """Nothing is guessed about a request that was not asked properly."""
    assert twogate("policy", "explain", *arguments)[0] == ExitCode.USAGE


@pytest.mark.parametrize(
    ("caller", "reason"),
    [
        (("--country", "DE", "--asn", "AS3320"), None),
        (("--country", "FR", "--asn", "AS3320"), "country_refused"),
        (("--asn", "AS3320"), "country_refused"),
        (("--country", "DE", "--asn", "AS1"), "asn_refused"),
    ],
)
def test_where_a_caller_is_can_be_tried_out(
    twogate: Command, tmp_path: Path, caller: tuple[str, ...], reason: str | None
) -> None:
    """Without a database: the country and the provider are said, not looked up."""
    policy = tmp_path / "policy.toml"
    policy.write_text(toml([{"match": "/x", "require": "none", "countries": ["DE"], "asn": ["AS3320"]}]))
    code, found, _ = twogate("policy", "explain", "--request", "GET /x", "--policy", str(policy), *caller)
    assert found["reason"] == reason
    assert code == (ExitCode.REFUSED if reason else ExitCode.OK)
