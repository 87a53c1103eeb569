"""A small gateway to try the edge's machinery on: a compiler of a few lines, a control plane of a few more."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twogate.dataplane import agent
from twogate.dataplane.edge_config import EdgeConfig, Milestone
from twogate.dataplane.status import read_status
from twogate.dataplane.supervise import Haproxy
from twogate.outside.clock import SystemClock
from twogate.rules.haproxy.site import GatewayFiles, GatewaySite
from twogate.rules.policy.model import Policy
from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey

POLICY = """public_url = "http://127.0.0.1:8080"
[[upstream]]
name = "api"
url = "http://127.0.0.1:9"
[[rule]]
match = ["/**"]
require = "aal1"
"""
KEY = "tg_edge_test"
PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


def tiny_compiler(policy: Policy, site: GatewaySite) -> GatewayFiles:
    """A gateway that knows grants, subjects and addresses from headers, and says which policy it obeys."""
    if policy.rules[0].name == "refused":
        return GatewayFiles("global\n  nonsense\n")
    log = "  log ring@access format raw local0\n" if site.log_sink else ""
    counted = "hdr id %ID hdr count %[sc0_http_req_cnt]"
    text = f"""global
  default-path config
  expose-experimental-directives
  nbthread 2
  localpeer gateway
{log}defaults
  mode http
  log global
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  option idle-close-on-response
  log-format '{{"rid":"%ID","status":%ST}}'
peers gateway
  bind {site.peer}
  server gateway
  table count type string len 64 size 1k expire 1d store http_req_cnt
frontend public
  bind {site.http_bind}
  unique-id-format %[date,hex,bytes(8,8)]-%[uuid()]
  http-request track-sc0 hdr(x-grant) table gateway/count if {{ hdr(x-grant) -m found }}
  http-request return status 503 if {{ str({int(site.stale)}) -m str 1 }}
  http-request set-map(claims.map) %[hdr(x-claim)] %[hdr(x-facts)] if {{ hdr(x-claim) -m found }}
  http-request return status 403 if {{ hdr(x-grant),map_str(grants.map) -m found }}
  http-request return status 403 if {{ hdr(x-subject),map_str(subjects.map) -m found }}
  http-request return status 403 if {{ hdr(x-address),map_ip(addresses.map) -m found }}
  http-request return status 403 if {{ hdr(x-claim),map_str(claims.map) -m str revoked }}
  http-request return status 200 hdr token %[hdr(x-token),map_str(tokens.map,none)] if {{ hdr(x-token) -m found }}
  http-request return status 200 hdr policy {site.policy_version} hdr keys {len(site.keys)} {counted}
"""
    if site.log_sink:
        text += f"""ring access
  format raw
  maxlen 8192
  size 1048576
  timeout connect 1s
  timeout server 5s
  server sink unix@{site.log_sink}
"""
    return GatewayFiles(text)


class FakeControl:
    """Speaks the feed over a unix socket; can be taken away, can talk nonsense, can forget."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.toml, self.version = POLICY, 1
        self.keys = (VerificationKey("k1", PEM),)
        self.log: list[Change] = []
        self.oldest = 1
        self.garbage: bytes | None = None
        self.key = KEY
        self.asked: list[dict[str, str]] = []
        self.snapshots = 0
        self._grew = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, str(self.path))

    async def stop(self) -> None:
        """Go away: nobody listens and open questions are cut."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.path.unlink(missing_ok=True)

    def say(self, kind: ChangeKind, key: str, value: str = "", until: int = 0) -> int:
        """Append a change."""
        number = (self.log[-1].number if self.log else self.oldest - 1) + 1
        self.log.append(Change(number, kind, key, value, until))
        self._grew.set()
        self._grew = asyncio.Event()
        return number

    def publish(self, toml: str) -> int:
        """Publish a policy."""
        self.toml, self.version = toml, self.version + 1
        return self.say(ChangeKind.POLICY_PUBLISHED, str(self.version))

    @property
    def head(self) -> int:
        return self.log[-1].number if self.log else self.oldest - 1

    @property
    def said(self) -> dict[str, str]:
        """What the edge said of itself last."""
        return self.asked[-1] if self.asked else {}

    async def acknowledged(self, number: int, seconds: float = 5) -> None:
        """Wait until the edge says that it has applied ``number``."""
        async with asyncio.timeout(seconds):
            while int(self.said.get("applied", -1)) < number:  # noqa: ASYNC110  # the fake keeps no event for it
                await asyncio.sleep(0.005)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                status, body = await self._answer(head)
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, head: str) -> tuple[int, bytes]:
        target = urlsplit(head.split(" ")[1])
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        if f"Bearer {self.key}" not in head:
            return 401, b"{}"
        if self.garbage is not None:
            return 200, self.garbage
        if target.path.endswith("/snapshot"):
            self.snapshots += 1
            changes = (
                () if query.get("part") else tuple(c for c in self.log if c.kind is not ChangeKind.POLICY_PUBLISHED)
            )
            found = Snapshot(self.head, self.version, self.toml, self.keys, changes)
            return 200, json.dumps(found.to_json()).encode()
        self.asked.append(query)
        after = int(query["after"])
        if after + 1 < self.oldest or after > self.head:
            return 410, b"{}"
        if self.head <= after:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(float(query["wait"])):
                    await self._grew.wait()
        if self.garbage is not None:
            return 200, self.garbage
        return 200, json.dumps({"changes": [c.to_json() for c in self.log if c.number > after]}).encode()


PLAIN = """global
  default-path config
  nbthread 1
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  option idle-close-on-response
frontend public
  bind 127.0.0.1:{port}
  stick-table type string len 64 size 1k expire 1d store http_req_cnt
  http-request track-sc0 path
  http-request return status 403 if {{ path,map_str(grants.map) -m found }}
  http-request return status 200 hdr number {number} hdr value %[path,map_str(claims.map,none)]
"""


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]


class Connection:
    """One HTTP/1.1 connection that stays open, and knows when the other side has closed it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def get(self, path: str = "/", **headers: str) -> Answer:
        """Send a request and read its answer, which has no body."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        return Answer(int(first.split(" ")[1]), dict(line.split(": ", 1) for line in rest))

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


async def get(port: int, path: str = "/", **headers: str) -> Answer:
    """One request on a connection of its own."""
    connection = await Connection.open(port)
    try:
        return await connection.get(path, **headers)
    finally:
        await connection.close()


@dataclass(slots=True)
class Plain:
    """A HAProxy with two maps and nothing else."""

    haproxy: Haproxy
    port: int
    directory: Path

    def configure(self, number: int) -> None:
        (self.directory / "haproxy.cfg").write_text(PLAIN.format(port=self.port, number=number))


@dataclass(slots=True)
class Node:
    """A running edge and the control plane it follows."""

    config: EdgeConfig
    control: FakeControl
    events: list[tuple[Milestone, str]]
    stop: asyncio.Event
    task: asyncio.Task[int] | None = None

    @property
    def port(self) -> int:
        return self.config.listens()[0][1]

    def start(self, clock: SystemClock) -> None:
        self.stop.clear()
        self.events.clear()
        self.task = asyncio.create_task(agent.run_edge(self.config, clock, stop=self.stop))

    async def until(self, milestone: Milestone, seconds: float = 10) -> str:
        """Wait for a milestone and return its detail."""
        async with asyncio.timeout(seconds):
            while True:
                for found, detail in self.events:
                    if found is milestone:
                        return detail
                assert self.task is not None
                if self.task.done():
                    raise AssertionError(f"the edge ended with {self.task.result()}: {self.events}")
                await asyncio.sleep(0.005)

    async def end(self) -> int:
        assert self.task is not None
        self.stop.set()
        return await self.task

    def facts(self) -> dict[str, Any]:
        return read_status(self.config.directory)
