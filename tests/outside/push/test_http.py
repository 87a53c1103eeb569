"""How the adapters speak HTTP."""

import httpx2
import pytest
from tests.outside.push.servers import http_server

from twogate.outside.push.http import SECONDS, carried, client, failed
from twogate.terms.push import Carried


async def test_nobody_is_followed_elsewhere() -> None:
    """A redirect is an answer like any other, and no second request is made."""
    with http_server(lambda _: (307, b"")) as server:
        http = client()
        answer = await http.post(server.url)
        await http.aclose()
        assert carried(answer, gone=frozenset()) == Carried("the server answered 307")
        assert len(server.heard) == 1


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it says, and the wait is short."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with http_server(lambda _: (201, b"")) as server:
        http = client()
        assert (await http.post(server.url)).status_code == 201
        assert http.timeout == httpx2.Timeout(SECONDS)
        await http.aclose()


def test_what_an_answer_means() -> None:
    """Below 300 it was taken; an address is gone where the service says so."""
    gone = frozenset({410})
    assert carried(httpx2.Response(201), gone=gone) == Carried()
    assert carried(httpx2.Response(410), gone=gone) == Carried("the server answered 410", gone=True)
    assert carried(httpx2.Response(500), gone=gone) == Carried("the server answered 500")


def test_a_fault_names_no_address() -> None:
    """Only its kind."""
    error = httpx2.ConnectError("cannot reach https://push.example.net/secret")
    assert failed(error) == Carried("ConnectError")
