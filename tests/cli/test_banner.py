"""What the banner of `twogate up` says, and what passes of the children's log."""

import asyncio
import socket

import pytest

from twogate.cli.banner import FIRST, Standing, first_administrator, log_line, silent_upstreams


def test_what_children_tell_becomes_the_banner() -> None:
    """Counts come from the children's words; a word without them changes nothing."""
    standing = Standing(policy="twogate.toml", public_url="http://localhost:8080")
    standing.learn({"ready": True, "people": 2, "published": 3, "rules": 5})
    standing.learn({"milestone": "reloaded"})
    facts = standing.facts()
    assert facts["people"] == 2
    assert facts["policy"] == {"file": "twogate.toml", "version": 3, "rules": 5}


def test_an_upstream_that_is_not_there_is_told() -> None:
    """Only the address at which nobody listens is named."""
    with socket.create_server(("127.0.0.1", 0)) as there, socket.create_server(("127.0.0.1", 0)) as gone:
        alive, dead = (f"http://127.0.0.1:{one.getsockname()[1]}" for one in (there, gone))
        gone.close()
        assert asyncio.run(silent_upstreams((alive, dead))) == (dead,)


@pytest.mark.parametrize("line", ["no json [bold]", '{"event": "x", "level": "info"}', "[1]"])
def test_log_lines_pass_unchanged_where_no_terminal_is(line: str) -> None:
    """A pipe gets every line, with square brackets taken literally."""
    assert log_line("edge", line).replace("\\[", "[") == line


def test_the_first_administrator_is_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    """Page and code, for people and for machines; nothing once there is an administrator."""
    standing = Standing(policy="twogate.toml", public_url="http://localhost:8080")
    assert "first_administrator" not in standing.facts()
    standing.learn({"ready": True, "first": "AAAA-BBBB"})
    page = f"http://localhost:8080{FIRST}"
    assert standing.facts()["first_administrator"] == {"code": "AAAA-BBBB", "page": page}
    first_administrator("AAAA-BBBB", "http://localhost:8080")
    told = capsys.readouterr().out
    assert page in told
    assert "    AAAA-BBBB\n" in told
