"""The control plane's listener."""

import asyncio
import os
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from twogate.web.serve import SocketTaken, bind_tcp, bind_unix, serve_control


@pytest.fixture
def path() -> Iterator[Path]:
    """A short path for a socket."""
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        yield Path(folder) / "run" / "control.sock"


async def _who(request: Request) -> Response:
    await request.body()
    return JSONResponse(
        {
            "client": request.client and request.client.host,
            "scheme": request.url.scheme,
            "names": request.headers.keys(),
        }
    )


async def _names_heard(path: Path, end: bytes) -> str:
    """What the application takes for headers when a chunked body ends like this, all in one packet."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n" + end)
    answer = (await reader.read()).decode()
    writer.close()
    assert '"names":["host"' in answer
    return answer


def test_only_this_user_may_connect(path: Path) -> None:
    """The socket has mode 0600 in a folder of mode 0700."""
    with bind_unix(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_dead_socket_is_replaced_and_a_live_one_is_not(path: Path) -> None:
    """What a crashed process left behind does not stand in the way; a running one is never pushed aside."""
    bind_unix(path).close()
    with bind_unix(path), pytest.raises(SocketTaken):
        bind_unix(path)


def test_a_port_in_use_is_said_in_one_line() -> None:
    """A taken port raises what the command can tell."""
    with bind_tcp("127.0.0.1:0") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SocketTaken, match=f"127.0.0.1:{port}: address already in use"):
            bind_tcp(f"127.0.0.1:{port}")


async def test_it_serves_until_told_to_stop_and_believes_no_forwarded_header(path: Path) -> None:
    """It says when it is up, takes no address from X-Forwarded headers, no trailer for a header, ends on SIGTERM."""
    up = asyncio.Event()
    # uvicorn hands the signal on to whoever handled it before, once it has stopped
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        app = Starlette(routes=[Route("/", _who)])
        serving = asyncio.create_task(serve_control(app, bind_unix(path), started=up.set))
        await asyncio.wait_for(up.wait(), 10)
        transport = httpx2.AsyncHTTPTransport(uds=str(path))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            forged = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https"}
            answer = await client.get("/", headers=forged)
        assert answer.json()["client"] != "6.6.6.6"
        assert answer.json()["scheme"] == "http"
        assert "server" not in answer.headers
        assert "x-twogate-address" not in await _names_heard(path, b"0\r\nx-twogate-address: 6.6.6.6\r\n\r\n")
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 10)
    finally:
        signal.signal(signal.SIGTERM, before)
    with socket.socket(socket.AF_UNIX) as probe, pytest.raises(OSError, match="No such file"):
        probe.connect(str(path))
