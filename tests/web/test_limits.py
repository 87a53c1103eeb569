"""How much and how slowly a caller may send."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from twogate.web.limits import BodyLimit

LIMIT = 100


def _refuse(_request: Request, status: int, detail: str) -> Response:
    return JSONResponse({"status": status, "detail": detail}, status)


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def _ask(
    chunks: Iterable[bytes],
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    hang: bool = False,
    gone: bool = False,
    path: str = "/",
) -> list[Message]:
    waiting: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if gone:
        waiting.append({"type": "http.disconnect"})
    elif not hang:
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    app = BodyLimit(_echo, refuse=_refuse, limit=LIMIT, patience=0.05, unread=frozenset({"/unread"}))
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": list(headers)}
    await app(scope, receive, send)
    return sent


async def test_a_small_body_arrives_whole() -> None:
    """Chunks are put together before the route sees them."""
    sent = await _ask([b"a" * 60, b"b" * 40])
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"100"


@pytest.mark.parametrize(
    ("chunks", "headers", "status"),
    [
        ([b"a" * 101], [], 413),
        ([b"a" * 60, b"a" * 60], [], 413),
        ([], [(b"content-length", b"101")], 413),
        ([], [(b"content-length", b"9" * 400)], 413),
        ([], [(b"content-length", b"-1")], 400),
        ([], [(b"content-length", b"1"), (b"content-length", b"2")], 400),
        ([], [(b"content-length", "\u0661".encode())], 400),
    ],
)
async def test_too_much_is_refused(
    chunks: list[bytes],
    headers: list[tuple[bytes, bytes]],
    status: int,
) -> None:
    """A body over the limit, announced or chunked, and an unclear length are refused and the connection closed."""
    sent = await _ask(chunks, headers=headers)
    assert sent[0]["status"] == status
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_a_slow_body_is_refused() -> None:
    """A body that does not end in time gets 408."""
    sent = await _ask([b"a"], hang=True)
    assert sent[0]["status"] == 408


async def test_a_caller_who_hangs_up_gets_nothing() -> None:
    """A body that ends in a disconnect never reaches the route."""
    assert await _ask([b"a"], gone=True) == []


@pytest.mark.parametrize(("path", "status"), [("/unread", 200), ("/", 413)])
async def test_what_nobody_wants_is_poured_away_before_the_answer(path: str, status: int) -> None:
    """Neither a route that looks at no body nor a refusal answers while the body is still coming."""
    left: list[bytes] = [b"a" * 60] * 5
    seen_at_answer: list[int] = []

    async def receive() -> Message:
        part = left.pop()
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == status
            seen_at_answer.append(len(left))

    app = BodyLimit(_echo, refuse=_refuse, limit=LIMIT, patience=0.05, unread=frozenset({"/unread"}))
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
    await app(scope, receive, send)
    assert seen_at_answer == [0]


async def test_an_unread_path_gets_no_body() -> None:
    """A body of any length is poured away; the route sees an empty one."""
    sent = await _ask([b"a" * 500], path="/unread")
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"0"


async def test_an_unread_body_may_not_stall() -> None:
    """A body that pauses too long gets 408 even where nobody wants it."""
    sent = await _ask([b"a" * 500], path="/unread", hang=True)
    assert sent[0]["status"] == 408
