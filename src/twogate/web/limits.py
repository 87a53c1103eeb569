"""How much and how slowly a caller may send: 64 KiB of body, all of it within ten seconds.

Decides when a body is too much. The body is taken in whole before any route runs, so no route ever sees half of
one, and chunked bodies are counted like the others. The limit on headers is the server's (``web.serve``).

Nothing is answered while a body is still on its way: HAProxy 2.8 now and then stops reading from a caller whose
request was answered early over a unix socket, and the next request on that connection hangs
(``suites/sign_in_pages`` renews with a large body). What nobody wants is poured away as it comes.
"""

import asyncio
import contextlib
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

    Paths in ``unread`` get none at all: their body may have any length and is poured away, however long that takes,
    as long as it does not pause for ``patience`` seconds.
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
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        incoming = _Incoming(receive)
        try:
            body = await self._body(request, incoming)
        except TimeoutError:
            incoming.complete = True  # it had its time
            answer = self._refuse(request, 408, TOO_SLOW)
        except _TooLargeError:
            answer = self._refuse(request, 413, TOO_LARGE)
        except _UnclearError:
            answer = self._refuse(request, 400, TWO_LENGTHS)
        except _GoneError:
            return
        else:
            await self._app(scope, _replay(body, receive), send)
            return
        with contextlib.suppress(TimeoutError, _GoneError):
            async with asyncio.timeout(self._patience):
                await incoming.pour_away(pause=self._patience)
        answer.headers["connection"] = "close"  # what is still on its way is not read
        await answer(scope, receive, send)

    async def _body(self, request: Request, incoming: "_Incoming") -> bytes:
        if request.scope["path"] in self._unread:
            await incoming.pour_away(pause=self._patience)
            return b""
        async with asyncio.timeout(self._patience):
            return await self._take(request, incoming)

    async def _take(self, request: Request, incoming: "_Incoming") -> bytes:
        announced = request.headers.getlist("content-length")
        if len(announced) > 1 or (announced and not (announced[0].isascii() and announced[0].isdigit())):
            raise _UnclearError
        if announced and int(announced[0][:20]) > self._limit:
            raise _TooLargeError
        body = bytearray()
        while not incoming.complete:
            body += await incoming.part()
            if len(body) > self._limit:
                raise _TooLargeError
        return bytes(body)


class _Incoming:
    """A body on its way, and whether all of it has come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.complete = False

    async def part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        self.complete = not message.get("more_body", False)
        part: bytes = message.get("body", b"")
        return part

    async def pour_away(self, *, pause: float) -> None:
        while not self.complete:
            async with asyncio.timeout(pause):
                await self.part()


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
