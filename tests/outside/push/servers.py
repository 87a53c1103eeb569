"""Local servers that speak as push services do: HTTP/1.1 in a thread, HTTP/2 over TLS on asyncio."""

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


@dataclass
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[[Heard], tuple[int, bytes]]


@dataclass
class Server:
    """Where it listens, and what it heard."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0


@contextmanager
def http_server(answer: Answer) -> Iterator[Server]:
    """A server on a free port of this machine."""
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard("POST", self.path, headers, body)
            found.heard.append(heard)
            status, said = answer(heard)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            if 300 <= status < 400:
                self.send_header("location", f"{found.url}/elsewhere")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def http2_server(answer: Answer, certificate: Path, key: Path) -> AsyncIterator[Server]:
    """A TLS server that speaks nothing but HTTP/2 (ALPN "h2"), as Apple's does."""
    found = Server()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        streams: dict[int, Heard] = {}
        writer.write(connection.data_to_send())
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                _take(connection, streams, event, found=found, answer=answer)
            writer.write(connection.data_to_send())
            await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    found.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        server.close()


def _take(connection: H2Connection, streams: dict[int, Heard], event: object, *, found: Server, answer: Answer) -> None:
    match event:
        case RequestReceived():
            headers = {str(name): str(value) for name, value in event.headers}
            streams[event.stream_id] = Heard(headers[":method"], headers[":path"], headers)
        case DataReceived():
            streams[event.stream_id].body += event.data
            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        case StreamEnded():
            heard = streams.pop(event.stream_id)
            found.heard.append(heard)
            status, said = answer(heard)
            connection.send_headers(event.stream_id, [(":status", str(status)), ("apns-id", "1")])
            connection.send_data(event.stream_id, said, end_stream=True)
