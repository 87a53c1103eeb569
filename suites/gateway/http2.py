"""An HTTP/2 client that sends what it is told, well-formed or not (RFC 9113), one request for each connection."""

import contextlib
import socket
import ssl
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

SILENCE = 3.0


@dataclass
class Told:
    """What came back on the stream: status 0 when it was reset or the connection ended first."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False

    def take(self, event: Event) -> None:
        """Note what one event says."""
        match event:
            case ResponseReceived(headers=headers):
                self.headers = {bytes(name).decode(): bytes(value).decode() for name, value in headers or []}
                self.status = int(self.headers.pop(":status"))
            case DataReceived(data=data):
                self.body += data or b""
            case StreamEnded() | StreamReset() | ConnectionTerminated():
                self.ended = True
            case _:
                pass


def ask(
    address: tuple[str, int],
    context: ssl.SSLContext,
    headers: list[tuple[bytes, bytes]],
    body: bytes | None = None,
    *,
    behind: list[tuple[bytes, bytes]] | None = None,
) -> Told:
    """Send these header fields exactly as given, others behind the body, and wait for the end of the stream."""
    settings = H2Configuration(
        client_side=True,
        header_encoding=None,
        validate_outbound_headers=False,
        normalize_outbound_headers=False,
        validate_inbound_headers=False,
    )
    h2 = H2Connection(settings)
    told = Told()
    plain = socket.create_connection(address, SILENCE)
    with plain, context.wrap_socket(plain, server_hostname="localhost") as connection:
        assert connection.selected_alpn_protocol() == "h2"
        h2.initiate_connection()
        h2.send_headers(1, headers, end_stream=body is None)
        if body is not None:
            h2.send_data(1, body, end_stream=not behind)
        if behind:
            h2.send_headers(1, behind, end_stream=True)
        with contextlib.suppress(ConnectionError, TimeoutError, ProtocolError):
            connection.sendall(h2.data_to_send())
            while not told.ended and (data := connection.recv(65536)):
                for event in h2.receive_data(data):
                    told.take(event)
                connection.sendall(h2.data_to_send())
    return told
