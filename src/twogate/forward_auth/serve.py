"""The listener: uvicorn with uvloop, on an address that only the proxy may reach.

Decides the limits of the server. No ``X-Forwarded-*`` field is read here: which of them are believed is the question of
``rules.forward_auth.proxies``.
"""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from twogate.forward_auth.app import ForwardAuth

_BACKLOG = 2048
_KEEP_ALIVE = 75
_GRACE = 5


def serve(app: ForwardAuth, listener: socket.socket, *, started: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``started`` is called once it listens."""
    config = uvicorn.Config(
        app,
        http=_NoTrailers,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, listener:
        runner.run(_Server(config, started).serve(sockets=[listener]))


class _NoTrailers(HttpToolsProtocol):
    """uvicorn that does not take the fields behind a body for headers (RFC 9110 section 6.5.1)."""

    def on_headers_complete(self) -> None:
        self.scope["headers"] = list(self.headers)  # what comes later is appended to the other list
        super().on_headers_complete()


class _Server(uvicorn.Server):
    """uvicorn that says when it is up."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()
