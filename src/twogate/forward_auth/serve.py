"""The listener: uvicorn with uvloop, on an address that only the proxy may reach.

Decides the limits of the server. No ``X-Forwarded-*`` field is read here: which of them are believed is the question of
``rules.forward_auth.proxies``.
"""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
import uvloop

from twogate.forward_auth.app import ForwardAuth
from twogate.outside.http_server import NoTrailers, TellingServer

_BACKLOG = 2048
_KEEP_ALIVE = 75
_GRACE = 5


def serve(app: ForwardAuth, listener: socket.socket, *, started: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``started`` is called once it listens."""
    config = uvicorn.Config(
        app,
        http=NoTrailers,
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
        runner.run(TellingServer(config, started).serve(sockets=[listener]))
