"""A field to try an edge on: real store, real feed under uvicorn, compiled policy, agent as a process, an upstream.

Decides how the suites about edges, revocation and reloads start and stop their servers.
"""

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from suites.signatures import low

from twogate.dataplane.runtime import RuntimeApi
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.changes import Changes
from twogate.services.edge_keys import EdgeKeys
from twogate.services.publish_policy import Published, PublishPolicy
from twogate.services.signing_keys import KeyRing
from twogate.store.unit import Store
from twogate.terms.access import AccessFacts
from twogate.terms.changes import ChangeKind
from twogate.terms.edges import Edge
from twogate.web.edge_feed import edge_router

CLOCK = SystemClock()
POLICY = """public_url = "http://127.0.0.1:{port}"
[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"
[[rule]]
match = ["/public/**"]
require = "none"
[[rule]]
match = ["/**"]
require = "aal1"
quota = "{quota}"
"""


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Answer:
    """A response, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """The reason of a refusal; empty when it is none."""
        try:
            return str(json.loads(self.body).get("reason", ""))
        except ValueError:
            return ""


class Connection:
    """One HTTP/1.1 connection that stays open until one side closes it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self.reader = reader
        self.writer = writer
        self.host = host
        self.over = False  # the gateway has said that this was its last answer here

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port), f"127.0.0.1:{port}")

    async def get(self, path: str, token: str = "") -> Answer:
        """Send a request and read its answer."""
        credential = f"Authorization: Bearer {token}\r\n" if token else ""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{credential}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        self.over = headers.get("connection", "").lower() == "close"
        return Answer(int(first.split(" ")[1]), headers, body)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Control:
    """The feed's half of a control plane, on a unix socket, in this process."""

    def __init__(self, store: Store, path: Path) -> None:
        self.path = path
        self.store = store
        self.changes = Changes(store, CLOCK)
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        app = FastAPI(docs_url=None, openapi_url=None)
        app.include_router(edge_router(self.store, self.changes, CLOCK))
        config = uvicorn.Config(app, uds=str(self.path), log_config=None, lifespan="off")
        self._server = _Quiet(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110  # uvicorn offers no event
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Go away; open questions are cut."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = self._server.force_exit = True
            await self._task
            self._server = None
            await asyncio.to_thread(self.path.unlink, missing_ok=True)


class _Quiet(uvicorn.Server):
    """A server that leaves the signals of the test process alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@dataclass
class Agent:
    """An edge agent as a process."""

    config: dict[str, Any]
    directory: Path
    process: asyncio.subprocess.Process | None = None
    said: list[tuple[str, str]] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        return int(self.config["http_bind"].rpartition(":")[2])

    @property
    def runtime(self) -> RuntimeApi:
        return RuntimeApi(Path(self.config["run_directory"]) / "haproxy-master.sock")

    async def start(self, *, until: str = "ready") -> None:
        path = self.directory / "edge.json"
        await asyncio.to_thread(path.write_text, json.dumps(self.config))
        script = str(Path(__file__).with_name("edge_process.py"))
        self.said.clear()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, script, str(path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        self._reading = asyncio.create_task(self._read(self.process))
        if until:
            await self.until(until)

    async def until(self, milestone: str, *, seconds: float = 30) -> str:
        """Wait until the agent has said something, and return the detail."""
        async with asyncio.timeout(seconds):
            while True:
                for name, detail in self.said:
                    if name == milestone:
                        return detail
                assert self.process is not None
                assert self.process.returncode is None, "\n".join(self.output[-20:])
                await asyncio.sleep(0.01)

    async def stop(self) -> int:
        """End it in order."""
        return await self.end(signal.SIGTERM)

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        if self.process is None or self._reading is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        status = await self.process.wait()
        await self._reading
        self.process = None
        return status

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for raw in process.stdout:
            line = raw.decode().rstrip()
            if line.startswith("@ "):
                _, name, *detail = line.split(" ", 2)
                self.said.append((name, detail[0] if detail else ""))
            else:
                self.output.append(line)


@dataclass
class Field:
    """Everything together."""

    directory: Path
    store: Store
    control: Control
    agent: Agent
    upstream_port: int
    keyring: KeyRing
    key: ECKey
    kid: str
    edge: Edge
    made: int = 0

    @property
    def port(self) -> int:
        return self.agent.port

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def policy(self, *, quota: str = "1000000/day", more: str = "") -> str:
        """The policy of this field."""
        return POLICY.format(port=self.port, upstream=self.upstream_port, quota=quota) + more

    async def publish(self, toml: str) -> int:
        """Publish a policy, mistakes checked as the command line does; return its change's number."""
        done = await PublishPolicy(self.store, CLOCK).publish(toml, by="suite")
        assert isinstance(done, Published), done
        self.control.changes.hurry()
        return done.change

    async def say(self, kind: ChangeKind, key: str, value: str = "", *, until: int = 0) -> int:
        """Append a change as a service does."""
        async with self.store.work() as unit:
            return await self.control.changes.append(unit, kind, key, value=value, until=until)

    async def in_force(self, number: int, *, seconds: float = 10) -> None:
        """Wait until the edge has acknowledged a change."""
        state = await self.control.changes.in_force(number, seconds)
        assert state.done, state

    def token(self, *, grant: str = "", subject: str = "usr_alice", life: int = 600) -> tuple[str, str]:
        """Mint an access token under a grant of its own; return both."""
        self.made += 1
        grant = grant or f"gnt_{self.made}"
        now = CLOCK.now().seconds
        facts = AccessFacts(
            subject=subject,
            grant=grant,
            rank=2,
            auth_time=now - 5,
            expires=now + life,
            not_before=now - 5,
            factors=2,
            audience=self.public_url,
            client="browser",
            amr=("mfa", "otp", "pwd"),
            issued=now,
        )
        header = {"typ": "at+jwt", "alg": "ES256", "kid": self.kid}
        body = {"iss": f"{self.public_url}/.twogate", "exp": facts.expires, "tg": facts.pack()}
        return low(str(jwt.encode(header, body, self.key, algorithms=["ES256"]))), grant

    async def get(self, path: str = "/x", token: str = "") -> Answer:
        """One request on a connection of its own."""
        connection = await Connection.open(self.port)
        try:
            return await connection.get(path, token)
        finally:
            await connection.close()


async def _upstream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def laid_out(directory: Path, **config: Any) -> AsyncIterator[Field]:
    """A field with control plane and upstream running; the agent is not started, no policy is published."""
    store = await Store.open(f"sqlite:///{directory}/twogate.db", master_key=bytes(32))
    keyring = KeyRing(store, CLOCK, SystemEntropy())
    made = await EdgeKeys(store, CLOCK, SystemEntropy()).add("edge", by="suite")
    assert isinstance(made, tuple)
    signer = await keyring.signer()
    control = Control(store, directory / "control.sock")
    await control.start()
    upstream = await asyncio.start_server(_upstream, "127.0.0.1", 0)
    settings = {
        "directory": str(directory / "edge"),
        "run_directory": str(directory / "run"),
        "key": made[1].text(),
        "control_socket": str(control.path),
        "http_bind": f"127.0.0.1:{free_port()}",
        "threads": 1,
        "control_patience": 0.5,
    }
    agent = Agent(settings | config, directory)
    port = int(upstream.sockets[0].getsockname()[1])
    try:
        yield Field(directory, store, control, agent, port, keyring, signer.key, signer.kid, made[0])
    finally:
        await agent.stop()
        await control.stop()
        await control.changes.close()
        upstream.close()
        await store.close()
