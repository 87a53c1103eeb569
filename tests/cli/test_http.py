"""``twogate http``: what is sent as typed, and what the exit code says, against a server without any sign-in."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from twogate.cli.main import run


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library's name
        status = int(self.path.strip("/"))
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        told = {"sent": body, "type": self.headers.get("content-type"), "reason": "why", "request_id": "req_x1"}
        answer = json.dumps(told | {"mine": self.headers.get("x-mine")}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815  # the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that answers with the status in the path."""
    monkeypatch.setenv("TWOGATE_CLIENT_HOME", str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (302, 0), (403, 1), (401, 1), (503, 3)])
def test_the_exit_code_follows_the_status(
    url: str, status: int, code: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Below 400 all is well; the body is printed either way, and a refusal's own words stand in the error."""
    assert run(["http", "GET", f"{url}/{status}"]) == code
    said = capfdbinary.readouterr()
    assert json.loads(said.out)["reason"] == "why"
    assert (b"why" in said.err) is (code > 0)
    assert (b"twogate policy explain req_x1" in said.err) is (status == 403)
    assert (b"twogate login" in said.err) is (status == 401)


def test_body_and_headers_go_as_typed(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON says what it is; a file is read; headers pass; all of it comes back as one document on request."""
    file = tmp_path / "body"
    file.write_text('{"a": 1}')
    line = ["http", "post", f"{url}/200", "--json", f"@{file}", "-H", "X-Mine: yes", "--as-json"]
    assert run(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == 200
    assert told["body"]["sent"] == '{"a": 1}'
    assert (told["body"]["type"], told["body"]["mine"]) == ("application/json", "yes")


@pytest.mark.parametrize(
    "more",
    [("--json", "{"), ("--json", "1", "--data", "2"), ("-H", "nonsense"), ("-H", "A: b\r\nC: d")],
)
def test_a_wrong_line_sends_nothing(more: tuple[str, ...]) -> None:
    """What is no JSON, no header, or two bodies is a mistake of the line."""
    assert run(["http", "GET", "http://127.0.0.1:9/", *more]) == 2


def test_addresses_and_files_that_are_none(url: str) -> None:
    """Plain http elsewhere is refused before anything is sent; a file that is missing is named."""
    assert run(["http", "GET", "http://api.example/"]) == 2
    assert run(["http", "G T", f"{url}/200"]) == 2
    assert run(["http", "GET", f"{url}/200", "--data", "@/nowhere/at/all"]) == 1
