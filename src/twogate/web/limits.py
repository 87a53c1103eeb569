"""How much and how slowly a caller may send: 64 KiB of body, all of it within ten seconds.

Decides when a body is too much. The body is taken in whole before any route runs, so no route ever sees half of
one, and chunked bodies are counted like the others. The limit on headers is the server's (``web.serve``).
"""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refusal = Callable[[Request, int, str], Response]
"""Renders a refusal: request, status, sentence."""

LIMIT = 64 * 1024
PATIENCE = 10.0
TOO_LARGE = "The body is larger than 64 KiB."
TOO_SLOW = "The body did not arrive in time."
TWO_LENGTHS = "The length of the body is not clear."


class BodyLimit:
    """ASGI middleware that hands the route a complete body of at most ``limit`` bytes.

    Paths in ``unread`` get none at all: their route answers without looking at the body.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Refusal,
        limit: int = LIMIT,
        patience: float = PATIENCE,
        unread: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._limit = limit
        self._patience = patience
        self._unread = unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._unread:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer: Response | None = None
        body = b""
        try:
            async with asyncio.timeout(self._patience):
                body = await self._take(request, receive)
        except TimeoutError:
            answer = self._refuse(request, 408, TOO_SLOW)
        except _TooLargeError:
            answer = self._refuse(request, 413, TOO_LARGE)
        except _UnclearError:
            answer = self._refuse(request, 400, TWO_LENGTHS)
        except _GoneError:
            return
        if answer is not None:
            answer.headers["connection"] = "close"  # the rest of the body is not read
            await answer(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _take(self, request: Request, receive: Receive) -> bytes:
        announced = request.headers.getlist("content-length")
        if len(announced) > 1 or (announced and not (announced[0].isascii() and announced[0].isdigit())):
            raise _UnclearError
        if announced and int(announced[0][:20]) > self._limit:
            raise _TooLargeError
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            body += message.get("body", b"")
            if len(body) > self._limit:
                raise _TooLargeError
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    handed_out = False

    async def receive_again() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


class _TooLargeError(Exception):
    """More bytes than allowed."""


class _UnclearError(Exception):
    """Content-Length is repeated or no number."""


class _GoneError(Exception):
    """The caller hung up before the body was complete."""
