"""uvicorn as every door of ours runs it: fields behind a body are not headers, and it says when it is up.

Decides nothing about limits and sockets; those are each door's own (``web.serve``, ``forward_auth.serve``).
"""

import socket
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class NoTrailers(HttpToolsProtocol):
    """A connection that does not take the fields behind a body for headers (RFC 9110 section 6.5.1).

    Whoever stands before it deletes what only they may say from the headers; they cannot see what follows a chunked
    body.
    """

    def on_headers_complete(self) -> None:
        self.scope["headers"] = list(self.headers)  # what comes later is appended to the other list
        super().on_headers_complete()


class TellingServer(uvicorn.Server):
    """A server that calls ``started`` once it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._tell is not None:
            self._tell()
