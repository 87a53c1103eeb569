"""The address on this machine that the browser comes back to (RFC 8252 section 7.3): the literal, any free port.

Decides that one answer counts, the first with the right ``state``; everything else, which any page in the browser
could send, is told no and waited past.
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

PATH = "/callback"
_LONGEST = 8_192
_DONE = "You are signed in to the program that sent you here. This window can be closed."
_REFUSED = "The sign-in was not completed. The program that sent you here says why. This window can be closed."
_STRANGE = "Nobody here asked for this."
_HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Connection": "close",
}


class Loopback:
    """Listens while it is open; ``answer`` holds the parameters once they came."""

    def __init__(self, path: str = PATH, *, accept: Callable[[str], bool]) -> None:
        self._path, self._accept = path, accept
        self._lock = threading.Lock()
        self.answer: dict[str, str] | None = None
        self.strange = False

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"

    def take(self, target: str, host: str) -> tuple[int, str]:
        """Take one request: status and sentence for the browser."""
        parts = urlsplit(target)
        if parts.path != self._path or len(target) > _LONGEST or host != urlsplit(self.address).netloc:
            return 404, _STRANGE
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        given = dict(pairs)
        with self._lock:
            if len(given) != len(pairs) or self.answer is not None or not self._accept(given.get("state", "")):
                self.strange = True
                return 400, _STRANGE
            self.answer = given
        return 200, _REFUSED if "error" in given else _DONE

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self.take

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:  # the library's name
                status, sentence = take(self.path, self.headers.get("host", ""))
                body = sentence.encode()
                self.send_response(status)
                for name, value in _HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: the code stands in the address."""

        return Handler
