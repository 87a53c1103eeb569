"""The address on this machine: one answer, the right one."""

import socket

import httpx2
import pytest

from twogate_client.ways.loopback import Loopback


def _right(state: str) -> bool:
    return state == "right"


def test_the_first_right_answer_counts() -> None:
    """A second one, even with the right state, changes nothing."""
    with Loopback(accept=_right) as here:
        first = httpx2.get(here.address, params={"state": "right", "code": "one"}, trust_env=False)
        second = httpx2.get(here.address, params={"state": "right", "code": "two"}, trust_env=False)
        assert (first.status_code, second.status_code) == (200, 400)
        assert here.answer == {"state": "right", "code": "one"}


@pytest.mark.parametrize(
    "query",
    ["", "?state=wrong", "?code=x", "?state=right&state=right", "?state=right&code=a&code=b", "?" + "a" * 9_000],
)
def test_everything_else_is_no_answer(query: str) -> None:
    """Missing, wrong, doubled or endless: nothing is taken."""
    with Loopback(accept=_right) as here:
        assert httpx2.get(here.address + query, trust_env=False).status_code in (400, 404)
        assert here.answer is None


def test_other_paths_and_methods_and_hosts_are_refused() -> None:
    """Another name for this machine is a page that rebound its own (DNS rebinding)."""
    with Loopback(accept=_right) as here:
        good = {"state": "right", "code": "one"}
        elsewhere = here.address.replace("/callback", "/other")
        assert httpx2.get(elsewhere, params=good, trust_env=False).status_code == 404
        assert httpx2.post(here.address, params=good, trust_env=False).status_code == 501
        rebound = httpx2.get(here.address, params=good, headers={"host": "evil.example"}, trust_env=False)
        assert rebound.status_code == 404
        assert here.answer is None


def test_it_listens_on_the_loopback_alone() -> None:
    """The machine's own outside addresses find nobody."""
    with Loopback(accept=_right) as here:
        assert here._server.server_address[0] == "127.0.0.1"


def test_the_page_keeps_the_code_to_itself() -> None:
    """It is not stored, names no referrer, runs nothing, and does not repeat what it was sent."""
    with Loopback(accept=_right) as here:
        page = httpx2.get(here.address, params={"state": "right", "code": "<b>one"}, trust_env=False)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "one" not in page.text
    assert page.headers["content-type"].startswith("text/plain")


def test_an_error_is_an_answer() -> None:
    """The window says that it did not work."""
    with Loopback(accept=_right) as here:
        page = httpx2.get(here.address, params={"state": "right", "error": "access_denied"}, trust_env=False)
        assert "not completed" in page.text
        assert here.answer == {"state": "right", "error": "access_denied"}


def test_somebody_silent_blocks_nobody() -> None:
    """An open connection that says nothing is beside the others, not before them."""
    with Loopback(accept=_right) as here:
        port = here._server.server_address[1]
        with socket.create_connection(("127.0.0.1", port), 5):
            page = httpx2.get(here.address, params={"state": "right"}, trust_env=False, timeout=5)
        assert page.status_code == 200
