"""The whole product in front of an upstream that says what it was sent."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser, Newcomer

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"

[[rule]]
match = ["/vault/**"]
require = "aal2"
max_age = "3s"
"""
SETTINGS = """
[tokens]
access = 30
"""


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        told = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "length": len(body),
        }
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815  # the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="package")
def upstream() -> Iterator[int]:
    """The port of a server that answers with what it was sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def gate(upstream: int) -> Iterator[Gate]:
    """`twogate up`, for the tests of one file."""
    with (
        TemporaryDirectory(prefix="tg-") as folder,
        up(Path(folder), POLICY.replace("UPSTREAM", str(upstream)), settings=SETTINGS) as running,
    ):
        yield running


@pytest.fixture
def browser(gate: Gate) -> Iterator[Browser]:
    """A browser that nobody has used yet."""
    with Browser(gate.url) as opened:
        yield opened


@pytest.fixture
def newcomer(gate: Gate, request: pytest.FixtureRequest) -> Newcomer:
    """Somebody whose account was just made, one for each test."""
    name = request.node.name.removeprefix("test_")[:40]
    made = gate.run("user", "add", name, "--json")
    assert made.code == 0, made.err
    return Newcomer(name, made.json["password"])
