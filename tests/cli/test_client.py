"""``twogate client`` on a real installation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.rules.protocols.keys import Caller

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_a_secret_is_shown_once_and_replaced_whole(twogate: Command) -> None:
    """The list never shows it; a new one differs and is shown once, too."""
    _, made, _ = twogate("client", "add", "job", "--kind", "service", "--id", "job", "--scope", "orders:read")
    _, rows, _ = twogate("client", "list")
    assert made["secret"] not in str(rows)
    code, fresh, _ = twogate("client", "secret", "job")
    assert (code, fresh["secret"] == made["secret"]) == (ExitCode.OK, False)


def test_every_mistake_of_a_registration_is_a_line(twogate: Command) -> None:
    """Two mistakes are two error lines and nothing is registered."""
    code, _, told = twogate("client", "add", "app", "--kind", "browser", "--id", "usr_x")
    assert (code, told.count("error:")) == (ExitCode.REFUSED, 2)
    assert twogate("client", "list")[1] == []


def test_a_public_client_has_no_secret_to_replace(twogate: Command) -> None:
    """Unknown and public clients are refused with the way to the list."""
    twogate("client", "add", "cli", "--redirect", "http://127.0.0.1/callback", "--id", "cli-app")
    for name in ("cli-app", "nobody"):
        code, _, told = twogate("client", "secret", name)
        assert code == ExitCode.REFUSED
        assert "twogate client list" in told


def test_a_block_is_shown_and_lifted(twogate: Command) -> None:
    """The list says since when; unblocking takes it away."""
    twogate("client", "add", "job", "--kind", "service", "--id", "job")
    assert twogate("client", "block", "job")[0] == ExitCode.OK
    assert twogate("client", "list")[1][0]["blocked"]
    assert twogate("client", "unblock", "job")[0] == ExitCode.OK
    assert not twogate("client", "list")[1][0]["blocked"]


def test_a_client_with_a_key_has_no_secret(twogate: Command, tmp_path: Path) -> None:
    """Its keys come from a file; one that is none, or cannot be read, registers nothing."""
    keys = tmp_path / "keys.json"
    job = ("client", "add", "job", "--kind", "service", "--id", "job", "--auth-method", "private_key_jwt", "--jwks")
    code, _, told = twogate(*job, str(keys))
    assert code != ExitCode.OK
    assert "keys.json" in told
    keys.write_text("{}")
    assert twogate(*job, str(keys))[0] == ExitCode.REFUSED
    keys.write_text(Caller().jwks)
    code, made, _ = twogate(*job, str(keys), "--require-dpop", "--require-pushed")
    assert code == ExitCode.OK
    assert "secret" not in made
    assert (made["auth_method"], made["confidential"]) == ("private_key_jwt", True)
    assert (made["require_dpop"], made["require_pushed"]) == (True, True)
    assert twogate("client", "secret", "job")[0] == ExitCode.REFUSED


def test_an_invitation_is_shown_once(twogate: Command) -> None:
    """It says for how many and how long; a program of somebody else is registered as such."""
    code, made, _ = twogate("client", "invite", "partner", "--uses", "3", "--days", "2")
    assert (code, made["uses"], made["days"]) == (ExitCode.OK, 3, 2)
    assert made["token"].startswith("tg_iat_")
    code, _, _ = twogate(
        "client", "add", "x", "--kind", "browser", "--redirect", "https://x.example/cb", "--third-party"
    )
    assert code == ExitCode.OK
