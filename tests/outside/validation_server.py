"""A validation server of our own on this machine: it answers as it is told, and remembers what it was asked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Asked = dict[str, str]
Reply = Callable[[Asked], tuple[int, bytes]]


@dataclass
class ValidationServer:
    """Where it is, and the questions that came."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def validation_server(reply: Reply, *, wait: float = 0) -> Iterator[ValidationServer]:
    """Serve on a free port until the block ends."""
    server = ValidationServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            server.asked.append(question)
            time.sleep(wait)
            status, body = reply(question)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # nobody waits for the answer any more
                self.close_connection = True

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}/wsapi/2.0/verify"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
