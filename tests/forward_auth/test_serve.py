"""The listener in front of the application: a real socket, and what must not come through it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.dataplane.decision.known import HOST

PROGRAM = """
import socket, sys
from pathlib import Path
from tests.dataplane.decision.known import known_node
from twogate.forward_auth.app import ForwardAuth
from twogate.forward_auth.serve import serve
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
serve(ForwardAuth(known_node(Path(sys.argv[1]))), listener, started=lambda: print("up", flush=True))
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        root = str(Path(__file__).parents[2])
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": root},
        )
        assert process.stdout is not None
        found = int(process.stdout.readline())
        assert process.stdout.readline() == "up\n"
        yield found
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) in {0, -signal.SIGTERM}
        process.stdout.close()


def sent(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(data)
        connection.settimeout(2)
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while chunk := connection.recv(65536):
                answer += chunk
        return answer


def test_it_answers_over_http(port: int) -> None:
    """An open path, asked as Traefik asks."""
    lines = (
        f"X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /public/x\r\nX-Forwarded-Host: {HOST}\r\nX-Forwarded-For: ::1\r\n"
    )
    answer = sent(port, f"GET /traefik HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"server:" not in answer.lower()


def test_fields_behind_a_body_are_no_headers(port: int) -> None:
    """RFC 9110 section 6.5.1: a caller cannot tell what the proxy must tell, by writing it after a chunked body."""
    late = (
        f"X-Forwarded-Uri: /public/x\r\nX-Forwarded-Host: {HOST}\r\nX-Forwarded-For: ::1\r\nX-Forwarded-Method: GET\r\n"
    )
    head = "POST /traefik HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = sent(port, f"{head}1\r\na\r\n0\r\n{late}\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400")
