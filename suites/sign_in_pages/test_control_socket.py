"""The control plane's own socket, spoken to without the gateway: who may connect, and what it does with nonsense."""

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from suites.running import Gate

pytestmark = pytest.mark.xdist_group("sign_in_pages")  # one running product for all tests of this folder
SIGN_IN = b"POST /.twogate/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n"


@contextmanager
def _connected(gate: Gate) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(15)
        connection.connect(str(gate.data / "run" / "control.sock"))
        yield connection


def _read(connection: socket.socket) -> bytes:
    """Everything until the other side closes, or until an answer with a length is whole."""
    received = b""
    while True:
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if body and lengths and len(body) >= int(lengths[0].split(b":")[1]):
            return received
        more = connection.recv(65_536)
        if not more:
            return received
        received += more


def _alive(gate: Gate) -> bool:
    transport = httpx2.HTTPTransport(uds=str(gate.data / "run" / "control.sock"))
    with httpx2.Client(transport=transport, base_url="http://localhost", timeout=10) as client:
        return client.get("/.twogate/health").json() == {"status": "ok"}


def test_only_its_own_user_may_connect(gate: Gate) -> None:
    """The socket is open to this user alone, in a folder that only this user may enter."""
    path = Path(gate.data) / "run" / "control.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (SIGN_IN + b"content-length: 70000\r\n\r\n", b"413"),
        (SIGN_IN + b"transfer-encoding: chunked\r\n\r\n" + (b"4000\r\n" + b"a" * 0x4000 + b"\r\n") * 5, b"413"),
        (SIGN_IN + b"transfer-encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (SIGN_IN + b"content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef", b"400"),
        (SIGN_IN + b"content-length: x\r\n\r\n", b"400"),
        (SIGN_IN + b"content-length: 3\r\n\r\n%ff", b"422"),
    ],
    ids=["no HTTP", "odd version", "announced", "chunked", "bad chunk", "two lengths", "no length", "no UTF-8"],
)
def test_nonsense_is_refused_and_the_next_caller_is_served(gate: Gate, sent: bytes, status: bytes) -> None:
    """A broken or too large request gets a 4xx without a traceback, and others do not notice."""
    with _connected(gate) as connection:
        connection.sendall(sent)
        answer = _read(connection)
    assert answer.split(b" ")[1] == status, answer[:200]
    assert b"Traceback" not in answer
    assert _alive(gate)


@pytest.mark.slow
def test_a_body_that_never_ends_is_given_up(gate: Gate) -> None:
    """A caller who sends half a body and waits gets 408 within some ten seconds."""
    with _connected(gate) as connection:
        connection.sendall(SIGN_IN + b"content-length: 100\r\n\r\nname=a")
        answer = _read(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()
    assert _alive(gate)


def test_case_65_forwarded_headers_say_nothing(gate: Gate) -> None:
    """What claims to come from a proxy changes neither scheme nor address nor the links in an answer."""
    forged = {
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "host": "evil.example",
    }
    transport = httpx2.HTTPTransport(uds=str(gate.data / "run" / "control.sock"))
    with httpx2.Client(transport=transport, base_url="http://localhost", timeout=10) as client:
        page = client.get("/.twogate/sign-in", headers=forged)
        metadata = client.get("/.well-known/oauth-protected-resource", headers=forged)
    assert "evil.example" not in page.text + metadata.text
    assert page.headers["set-cookie"].startswith("twogate-flow=")
    assert metadata.json()["resource"] == gate.url
