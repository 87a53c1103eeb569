"""A client that sends exactly the bytes it is given, over connections that stay open.

Decides nothing about HTTP but where a response ends, so odd paths, methods and doubled headers reach the gateway.
"""

import contextlib
import socket
from dataclasses import dataclass, field

_SILENCE = 10.0
_NO_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """Connections to one gateway, one for each source address on the loopback net."""

    port: int
    open: dict[str, socket.socket] = field(default_factory=dict)

    def ask(self, address: str, request: bytes, *, head: bool = False) -> Response:
        """Send one request and read its response; a connection that the gateway closed is opened anew once."""
        for last in (False, True):
            connection = self._connection(address)
            try:
                connection.sendall(request)
                return self._read(address, connection, head=head)
            except (ConnectionError, EOFError):
                self._drop(address)
                if last:
                    raise
        raise AssertionError("not reached")

    def close(self) -> None:
        for address in list(self.open):
            self._drop(address)

    def _connection(self, address: str) -> socket.socket:
        if address not in self.open:
            self.open[address] = socket.create_connection(
                ("127.0.0.1", self.port), timeout=_SILENCE, source_address=(address, 0)
            )
            self.open[address].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.open[address]

    def _drop(self, address: str) -> None:
        with contextlib.suppress(OSError):
            self.open.pop(address).close()

    def _read(self, address: str, connection: socket.socket, *, head: bool) -> Response:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                raise EOFError("the gateway closed the connection without an answer")
            data += chunk
        top, _, body = data.partition(b"\r\n\r\n")
        lines = top.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        length = 0 if head or status in _NO_BODY else int(headers.get("content-length", "0"))
        while len(body) < length:
            body += connection.recv(65536)
        if "close" in headers.get("connection", ""):
            self._drop(address)
        return Response(status, headers, body)
