"""uvicorn as our doors run it. Each door's own tests play it over its socket; here the two things it adds."""

import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from twogate.outside.http_server import NoTrailers, TellingServer


async def _names(request: Request) -> JSONResponse:
    await request.body()
    return JSONResponse(request.headers.keys())


async def _heard(request: bytes) -> tuple[list[str], str]:
    """What a server told while it came up, and what it answered."""
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Starlette(routes=[Route("/", _names, methods=["GET", "POST"])])
        config = uvicorn.Config(app, http=NoTrailers, log_config=None, lifespan="off")
        server = TellingServer(config, lambda: told.append("up"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(request)
        answer = (await reader.read()).decode()
        writer.close()
        server.should_exit = True
        await serving
    return told, answer


async def test_it_says_once_that_it_is_up() -> None:
    """After the socket listens."""
    told, answer = await _heard(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert told == ["up"]
    assert answer.startswith("HTTP/1.1 200")


async def test_case_73_fields_behind_a_body_are_no_headers() -> None:
    """RFC 9110 section 6.5.1: whoever stands before us could not take them away."""
    head = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    _, answer = await _heard(head + b"1\r\nx\r\n0\r\nx-twogate-address: 192.0.2.1\r\n\r\n")
    assert answer.endswith('["host","connection","transfer-encoding"]')
