"""``twogate key`` on a real installation."""

from collections.abc import Callable
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_a_new_key_is_published_before_it_signs(twogate: Command) -> None:
    """Rotated twice: the newest is known and waits, so that every gateway learns it before it matters."""
    twogate("key", "rotate")
    code, made, _ = twogate("key", "rotate")
    rows = {row["kid"]: row["state"] for row in twogate("key", "list")[1]}
    assert (code, rows[made["kid"]]) == (ExitCode.OK, "next")
    assert "signs" in rows.values()


def test_a_withdrawn_key_is_gone_and_gateways_are_told(twogate: Command) -> None:
    """It verifies nothing any more; a second time, or an unknown one, is refused."""
    kid = twogate("key", "rotate")[1]["kid"]
    code, done, _ = twogate("key", "withdraw", kid, "--yes")
    assert (code, done["change"] > 0) == (ExitCode.OK, True)
    assert kid not in [row["kid"] for row in twogate("key", "list")[1]]
    for unknown in (kid, "nothing"):
        assert twogate("key", "withdraw", unknown, "--yes")[0] == ExitCode.REFUSED
