"""``twogate token`` on a real installation."""

from collections.abc import Callable
from typing import Any

from twogate.cli.exit_codes import ExitCode

Command = Callable[..., tuple[int, Any, str]]


def test_a_token_is_for_the_policy_s_audience_and_shown_once(twogate: Command, data: object) -> None:
    """Before anything is published the policy file says for whom; the list never shows the text."""
    assert data
    twogate("client", "add", "job", "--kind", "service", "--id", "job", "--scope", "orders:read")
    code, made, _ = twogate("token", "add", "job", "--scope", "orders:read", "--days", "7")
    assert (code, made["audience"], made["state"]) == (ExitCode.OK, "http://localhost:8080", "good")
    assert made["token"].startswith("tg_svc_")
    assert made["token"] not in str(twogate("token", "list")[1])


def test_what_the_owner_may_not_the_token_may_not(twogate: Command) -> None:
    """A scope beyond the registration and an unknown owner are refused in one line."""
    twogate("client", "add", "job", "--kind", "service", "--id", "job")
    for arguments in (("job", "--scope", "admin"), ("nobody",), ("job", "--days", "9999")):
        code, made, told = twogate("token", "add", *arguments)
        assert (code, made, told.count("error:")) == (ExitCode.REFUSED, None, 1)


def test_revoking_twice_says_so(twogate: Command) -> None:
    """The second time is no success, and an unknown id is told apart from a revoked one."""
    twogate("client", "add", "job", "--kind", "service", "--id", "job")
    _, made, _ = twogate("token", "add", "job")
    assert twogate("token", "revoke", made["id"], "--yes")[0] == ExitCode.OK
    assert twogate("token", "list")[1][0]["state"] == "revoked"
    assert "revoked before" in twogate("token", "revoke", made["id"], "--yes")[2]
    assert "no such API token" in twogate("token", "revoke", "tok_none", "--yes")[2]
