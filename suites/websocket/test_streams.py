"""Connections that last: a WebSocket, server-sent events and long bodies pass, and are judged when they are opened."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPConnection

import pytest
from suites.gateway.rig import Gateway, Heard, echo, running, wait_for
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve

POLICY = """\
public_url = "http://127.0.0.1:{port}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[upstream]]
name = "talk"
url = "http://127.0.0.1:{talk}"

[[rule]]
name = "talk"
match = "GET /talk/**"
require = "aal1"
upstream = "talk"

[[rule]]
name = "api"
match = "/things/**"
require = "aal1"
upstream = "api"
"""

EVENTS = 5
CHUNK = b"0123456789abcdef" * 4096
CHUNKS = 200
CHUNKS_UP = 50


class Talk:
    """A WebSocket server that says everything back, and remembers who came."""

    def __init__(self) -> None:
        self.came: list[dict[str, str]] = []
        self.server: Server = serve(self._talk, "127.0.0.1", 0, max_size=None)
        self.port = int(self.server.socket.getsockname()[1])
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def _talk(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.came.append({name.lower(): value for name, value in connection.request.headers.raw_items()})
        for message in connection:
            connection.send(message)

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join(5)


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    server = Talk()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, talk: Talk) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gw"), POLICY.replace("{talk}", str(talk.port))) as started:
        yield started


@contextmanager
def opened(gateway: Gateway, token: str) -> Iterator[ClientConnection]:
    """A WebSocket through the gateway."""
    uri = f"ws://{gateway.host}/talk/room"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with connect(uri, additional_headers=headers, max_size=None, proxy=None, compression=None) as connection:
        yield connection


def test_frames_pass_both_ways(gateway: Gateway, talk: Talk) -> None:
    """Text, binary, empty and large ones, and many of them, come back as they were; pings are answered."""
    talk.came.clear()
    with opened(gateway, gateway.token()) as connection:
        for message in ("hello", "", "größer ☂", b"\x00\xff", b"x" * 1_000_000, *map(str, range(100))):
            connection.send(message)
            assert connection.recv(5) == message
        assert connection.ping().wait(5)
    (who,) = talk.came
    assert who["x-auth-subject"] == "usr_alice"
    assert "authorization" not in who


@pytest.mark.parametrize("token", ["", "x.y.z", "revoked"])
def test_a_websocket_is_judged_when_it_is_opened(gateway: Gateway, talk: Talk, token: str) -> None:
    """The handshake is a request like any other; the server hears of a refused one nothing at all."""
    talk.came.clear()
    if token == "revoked":
        facts = gateway.facts()
        token = gateway.token(facts)
        gateway.admin(f"add map grants.map {facts.grant} revoked")
    with pytest.raises(InvalidStatus) as refused, opened(gateway, token):
        pass
    assert refused.value.response.status_code == 401
    assert talk.came == []


def test_what_is_open_stays_open(gateway: Gateway) -> None:
    """A revocation ends no connection; the next one is refused."""
    facts = gateway.facts()
    token = gateway.token(facts)
    with opened(gateway, token) as connection:
        gateway.admin(f"add map grants.map {facts.grant} revoked")
        connection.send("still here")
        assert connection.recv(5) == "still here"
        with pytest.raises(InvalidStatus), opened(gateway, token):
            pass


def test_a_websocket_by_cookie_needs_the_cookie_alone(gateway: Gateway, talk: Talk) -> None:
    """A browser's WebSocket can send no Authorization header, and the server never sees our cookie."""
    talk.came.clear()
    headers = {"Cookie": f"a=1; twogate={gateway.token()}"}
    with connect(f"ws://{gateway.host}/talk/room", additional_headers=headers, proxy=None) as connection:
        connection.send("hello")
        assert connection.recv(5) == "hello"
    assert talk.came[0]["cookie"] == "a=1"


def ask(gateway: Gateway, method: str = "GET", body: Iterator[bytes] | None = None) -> HTTPConnection:
    """Send a request and leave the answer to be read."""
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    headers = {"Host": gateway.host, "Authorization": f"Bearer {gateway.token()}"}
    connection.request(method, "/things/stream", body=body, headers=headers, encode_chunked=body is not None)
    return connection


def test_server_sent_events_arrive_one_by_one(gateway: Gateway) -> None:
    """Each is read before the next one is sent, so nothing on the way waits for more."""
    read = threading.Semaphore(0)

    async def events(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for number in range(EVENTS):
            writer.write(f"id: {number}\ndata: x\n\n".encode())
            await writer.drain()
            assert await asyncio.to_thread(read.acquire, timeout=5)
        writer.close()

    gateway.upstream.answer = events
    connection = ask(gateway)
    try:
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "text/event-stream"
        for number in range(EVENTS):
            assert [response.readline() for _ in range(3)] == [f"id: {number}\n".encode(), b"data: x\n", b"\n"]
            read.release()
        assert response.read() == b""
    finally:
        connection.close()
        gateway.upstream.answer = echo


def test_a_long_answer_in_chunks_passes_whole(gateway: Gateway) -> None:
    """Thirteen megabytes, byte for byte, without a length."""

    async def flow(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(CHUNKS):
            writer.write(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    gateway.upstream.answer = flow
    connection = ask(gateway)
    try:
        body = connection.getresponse().read()
    finally:
        connection.close()
        gateway.upstream.answer = echo
    assert sha256(body).digest() == sha256(CHUNK * CHUNKS).digest()


def test_a_long_body_in_chunks_passes_whole(gateway: Gateway) -> None:
    """The same the other way, three megabytes."""
    gateway.upstream.heard.clear()
    connection = ask(gateway, "POST", iter([CHUNK] * CHUNKS_UP))
    assert connection.getresponse().status == 200
    connection.close()
    assert sha256(gateway.upstream.last().body).digest() == sha256(CHUNK * CHUNKS_UP).digest()


def test_a_caller_who_leaves_ends_the_stream(gateway: Gateway) -> None:
    """The upstream is told, so that nobody streams to nobody."""
    gone = threading.Event()

    async def endless(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"1\r\nx\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            gone.set()
            raise

    gateway.upstream.answer = endless
    connection = ask(gateway)
    try:
        assert connection.getresponse().read(1) == b"x"
    finally:
        connection.close()
        gateway.upstream.answer = echo
    assert wait_for(gone.is_set)
