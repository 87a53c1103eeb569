"""The control plane's listener: uvicorn on a unix socket that only this user can open.

Decides the limits of the server itself, and that no ``X-Forwarded-*`` header is believed: who the caller is comes
from the gateway's own headers (``web.caller``). People never reach this socket but through the gateway.
"""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from twogate.outside.http_server import NoTrailers, TellingServer

_BACKLOG = 1024
_KEEP_ALIVE = 75  # seconds; longer than the gateway's idle pool, so that it never reuses a connection being closed
_GRACE = 5  # seconds that requests under way get when the process is told to stop
_MOST_AT_ONCE = 2000  # connections; more are answered 503 at once


class SocketTaken(Exception):  # noqa: N818  # it says what is so
    """Another process listens on the socket or address."""


def bind_unix(path: Path) -> socket.socket:
    """Listen on ``path``, mode 0600; a socket that nobody listens on any more is replaced.

    Raises:
        SocketTaken: somebody listens there.
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_socket():
        _refuse_if_alive(path)
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        listener.bind(str(path))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(umask)
    return listener


def bind_tcp(address: str) -> socket.socket:
    """Listen on ``host:port`` for gateways on other machines.

    Raises:
        SocketTaken: the address is in use.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SocketTaken(f"{address}: {(error.strerror or '').lower()}") from error


def _refuse_if_alive(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return
    raise SocketTaken(str(path))


async def serve_control(
    app: ASGIApp,
    listener: socket.socket,
    *,
    started: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way; ``started`` is called once it listens."""
    server = TellingServer(_config(app), started)
    name = str(listener.getsockname()) if listener.family is socket.AF_UNIX else ""
    try:
        await server.serve(sockets=[listener])
    finally:
        listener.close()
        _remove(name)


def _remove(name: str) -> None:
    if name:
        Path(name).unlink(missing_ok=True)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=NoTrailers,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
