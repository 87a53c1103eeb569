"""Fields behind a body never become headers of an upstream that merges them (RFC 9110 section 6.5.1)."""

import json
import random  # noqa: TID251  # seeded: the same bodies every time
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from suites.gateway.certificate import bundle, trusting
from suites.gateway.http2 import ask
from suites.gateway.rig import Gateway, free_port, running, wait_for
from suites.smuggling.conftest import RULES

ME, ROOT = "usr_alice", "usr_root"
LIE = b"X-Auth-Subject: usr_root\r\n"


@contextmanager
def merging() -> Iterator[int]:
    """The upstream that believes what stands behind a body, in a process of its own."""
    port = free_port()
    folder = str(Path(__file__).parent)
    options = ["--http", "httptools", "--port", str(port), "--log-level", "critical", "--app-dir", folder]
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", *options, "merging:app"])
    try:
        wait_for(lambda: listens(port), seconds=20)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass
class Doors:
    """A plain gateway and one with TLS before the same upstream, and the upstream's own port."""

    plain: Gateway
    secure: Gateway
    tls_port: int
    context: ssl.SSLContext
    upstream: int


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    one, other = tmp_path_factory.mktemp("gw"), tmp_path_factory.mktemp("gw")
    certificate, port = bundle(other / "tls.pem"), free_port()
    with merging() as upstream:
        rules = RULES.replace("{upstream}", str(upstream))
        tls = {"https_bind": f"127.0.0.1:{port}", "certificate": str(certificate)}
        with (
            running(one, 'public_url = "http://127.0.0.1:{port}"\n' + rules) as plain,
            running(other, f'public_url = "https://localhost:{port}"\n' + rules, **tls) as secure,
        ):
            yield Doors(plain, secure, port, trusting(certificate, "h2"), upstream)


def chunked(
    gateway: Gateway, path: str, chunks: Sequence[bytes], *, behind: bytes, fields: Sequence[str] = ()
) -> bytes:
    """A chunked request with these fields behind its body."""
    top = [f"POST {path} HTTP/1.1", f"Host: {gateway.host}", "Transfer-Encoding: chunked", "Connection: close", *fields]
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return "\r\n".join(top).encode() + b"\r\n\r\n" + body + b"0\r\n" + behind + b"\r\n"


def exchange(port: int, wire: bytes, *, cuts: Sequence[int] = ()) -> bytes:
    """Send bytes, in pieces where told to, and read to the end."""
    answer = b""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as connection:
        with suppress(ConnectionError):
            for first, last in zip((0, *cuts), (*cuts, len(wire)), strict=True):
                connection.sendall(wire[first:last])
                time.sleep(0.01 if cuts else 0)
        with suppress(ConnectionError):
            while data := connection.recv(65536):
                answer += data
    return answer


def test_the_upstream_believes_what_stands_behind_a_body(doors: Doors) -> None:
    """The measure for everything below: asked directly, it takes the caller's word."""
    wire = chunked(doors.plain, "/public/x", [b"abc"], behind=LIE)
    assert ROOT in exchange(doors.upstream, wire).decode()


@pytest.mark.parametrize("path", ["/public/x", "/things/x"])
@pytest.mark.parametrize(
    "behind",
    [LIE, b"a: b\r\n", b"Cookie: twogate=x\r\n", b"x-a: 1\r\nx_auth_subject: usr_root\r\nx-b: 2\r\n", b"A:\r\n"],
)
@pytest.mark.parametrize("chunks", [[], [b"abc"], [b"a" * 60_000] * 10])
def test_case_73_fields_behind_a_body_are_refused(doors: Doors, path: str, behind: bytes, chunks: list[bytes]) -> None:
    """400 with a reason and a log line, however long the body was, whether somebody has to sign in or not."""
    gateway = doors.plain
    wire = chunked(gateway, path, chunks, behind=behind, fields=[f"Authorization: Bearer {gateway.token()}"])
    head, _, body = exchange(gateway.port, wire).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    told = json.loads(body)
    assert told["reason"] == "request_malformed"
    line = gateway.log.line(told["request_id"])
    assert (line["why"], line["status"], line["path"]) == ("request_malformed", 400, path)


@pytest.mark.parametrize("announced", ["Trailer: X-Auth-Subject", "TE: trailers", "Expect: 100-continue"])
def test_case_73_announcing_them_changes_nothing(doors: Doors, announced: str) -> None:
    """The fields are refused, not their announcement."""
    gateway = doors.plain
    wire = chunked(gateway, "/public/x", [b"abc"], behind=LIE, fields=[announced])
    assert b" 400 " in exchange(gateway.port, wire)
    wire = chunked(gateway, "/public/x", [b"abc"], behind=b"", fields=[announced])
    assert b" 200 " in exchange(gateway.port, wire)


@pytest.mark.parametrize("length", [None, b"3"])
@pytest.mark.parametrize("path", [b"/public/x", b"/things/x"])
def test_case_73_h2_fields_behind_a_body_reach_no_upstream(doors: Doors, path: bytes, length: bytes | None) -> None:
    """A second HEADERS frame (RFC 9113 section 8.1) is refused; behind a body of known length it is dropped."""
    gateway = doors.secure
    given = [(b":method", b"POST"), (b":scheme", b"https"), (b":authority", gateway.host.encode()), (b":path", path)]
    given.append((b"authorization", b"Bearer " + gateway.token().encode()))
    given += [(b"content-length", length)] if length else []
    behind = [(b"x-auth-subject", b"usr_root")]
    told = ask(("127.0.0.1", doors.tls_port), doors.context, given, b"abc", behind=behind)
    assert told.status == (200 if length else 400)
    assert ROOT.encode() not in told.body
    assert ask(("127.0.0.1", doors.tls_port), doors.context, given, b"abc").status == 200


@pytest.mark.parametrize("chunks", [[], [b"abc"], [b"a" * 70_000] * 30, [b"a", b"bc"] * 500])
def test_a_chunked_upload_without_them_passes(doors: Doors, chunks: list[bytes]) -> None:
    """Whatever its chunks are, with an extension (RFC 9112 section 7.1.1) or without; who asks is said once."""
    gateway = doors.plain
    wire = chunked(gateway, "/things/x", chunks, behind=b"", fields=[f"Authorization: Bearer {gateway.token()}"])
    for sent in (wire, wire.replace(b"\r\n3\r\n", b"\r\n3;a=b\r\n")):
        told = json.loads(exchange(gateway.port, sent).partition(b"\r\n\r\n")[2])
        assert told["length"] == sum(map(len, chunks))
        assert [value for name, value in told["headers"] if name == "x-auth-subject"] == [ME]


@dataclass
class Listener:
    """A server that keeps every byte; it reads slowly, or answers before it has read, where told to."""

    manner: str
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        data, answered = b"", False
        with connection, suppress(OSError):
            connection.settimeout(5)
            while True:
                time.sleep(0.005 if self.manner == "slow" else 0)
                chunk = connection.recv(4096 if self.manner == "slow" else 65536)
                if not chunk:
                    break
                data += chunk
                if not answered and self.manner == "early" and b"\r\n\r\n" in data:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                    answered = True
        self.heard.append(data)

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize("manner", ["plain", "slow", "early"])
def test_case_73_not_a_byte_of_them_gets_through_in_whatever_pieces_they_come(tmp_path: Path, manner: str) -> None:
    """Sixty random bodies cut at random places: the upstream never reads a field, nor the end of such a body."""
    chance = random.Random(manner)  # noqa: S311  # repeatable, no secret
    listener = Listener(manner)
    rules = RULES.replace("{upstream}", str(listener.port))
    with running(tmp_path, 'public_url = "http://127.0.0.1:{port}"\n' + rules) as gateway:
        for _ in range(60):
            size = chance.choice([0, 1, 5000, 15_290, 16_300, 16_384, 17_000, 120_000])
            step = chance.choice([1000, 16_384, 70_000])
            chunks = [b"z" * min(step, size - start) for start in range(0, size, step)]
            long = b"q" * chance.choice([0, 900, 3000])
            wire = chunked(gateway, "/public/x", chunks, behind=b"X-Auth-Subject: usr_root" + long + b"\r\n")
            cuts = sorted(chance.sample(range(1, len(wire)), chance.choice([0, 2, 4])))
            exchange(gateway.port, wire, cuts=cuts)
    wait_for(lambda: listener.heard)
    listener.close()
    assert len(listener.heard) >= 20
    assert not [heard for heard in listener.heard if b"usr_root" in heard or heard.endswith(b"0\r\n\r\n")]
