"""Foreign proxies in front of one upstream, each with the configuration that its how-to shows, beside our own gateway.

Decides how they are started and what is compared. The configuration is the code block of ``docs/how-to/<proxy>.md``;
only its ports are replaced.
"""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suites.agreement.credentials import VERIFICATION, Credentials
from suites.agreement.wire import Response, Wire
from suites.forward_auth.feed import changes_of
from suites.gateway.rig import HAPROXY, Gateway, Heard, free_port, running, send, wait_for
from suites.running import TWOGATE, environment, wait_for_port

from twogate.rules.haproxy import maps
from twogate.terms.changes import Change, Snapshot

ROOT = Path(__file__).parents[2]
HOST = "api.example.com"
PUBLIC_URL = f"http://{HOST}"


def configurations(proxy: str) -> dict[str, str]:
    """The code blocks of a proxy's how-to by title; the only one without a title is ``main``."""
    text = (ROOT / "docs" / "how-to" / f"{proxy}.md").read_text()
    blocks = re.findall(
        r"^```(?:nginx|yaml|caddyfile|haproxy|ini)(?: title=(\S+))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    return {title or "main": body for title, body in blocks}


MAIN = {"envoy": "main.yaml"}  # Envoy reads the form of a file from its name


@dataclass
class Ports:
    """Where everybody listens in a test, for the ports that the how-tos name."""

    app: int
    asked: int
    spoe: int

    def put(self, text: str, public: int) -> str:
        for shown, real in (("8080", public), ("9000", self.app), ("9180", self.asked), ("9181", self.spoe)):
            text = re.sub(rf"\b{shown}\b", str(real), text)
        return text


@dataclass
class Proxy:
    """One running proxy."""

    name: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Stage:
    """The gateway, the process that decides, the upstream that tells what it heard, and a control plane."""

    gateway: Gateway
    credentials: Credentials
    ports: Ports
    decider: subprocess.Popen[bytes]
    folder: Path
    changes: list[Change] = field(default_factory=list)

    def token(self, name: str) -> str:
        return self.credentials.shown[name][0]

    def tell(self, *changes: Change) -> None:
        """Let the change feed tell of something; returns when the process that decides has acknowledged it."""
        self.changes.extend(changes)
        number = changes[-1].number
        wait_for(lambda: any(f"applied={number}" in heard.line for heard in list(self.gateway.control.heard)))

    def told(self, proxy_port: int, request: bytes, *, address: str = "127.0.0.1") -> tuple[Response, list[Heard]]:
        """Send bytes to a port; return the answer and what the upstream heard of it."""
        self.gateway.upstream.heard.clear()
        wire = Wire(proxy_port)
        try:
            response = wire.ask(address, request, head=request.startswith(b"HEAD"))
        finally:
            wire.close()
        return response, list(self.gateway.upstream.heard)


def written(method: str, target: str, *headers: str, host: str = HOST, body: bytes = b"") -> bytes:
    """A request as bytes."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "Connection: close", "", "")).encode("latin-1") + body


@contextlib.contextmanager
def stage(folder: Path, policy: str) -> Iterator[Stage]:
    """Run the gateway for a policy, and beside it the process that decides by the same policy, keys and changes."""
    credentials = Credentials(PUBLIC_URL)
    runtime = credentials.runtime_maps | {maps.ADDRESSES: f"127.0.0.9/32 {maps.BLOCKED}\n"}
    for name, lines in runtime.items():
        (folder / name).write_text(lines)
    with running(folder, policy, start=False, keys=VERIFICATION, client_ca="ca.pem") as gateway:  # nobody shows one
        told = Told(policy.replace("{upstream}", str(gateway.upstream.port)), changes_of(runtime))
        gateway.control.answer = told.answer
        gateway.start()
        ports = Ports(gateway.upstream.port, free_port(), free_port())
        decider = _decide(folder, ports)
        try:
            wait_for_port(ports.asked, process=decider)
            wait_for(lambda: _health(ports.asked), seconds=20)
            yield Stage(gateway, credentials, ports, decider, folder, told.later)
        finally:
            decider.terminate()
            decider.wait(15)


class Told:
    """A control plane that knows a policy, a key set and changes, and answers everything else with what it heard."""

    def __init__(self, toml: str, changes: tuple[Change, ...]) -> None:
        self.snapshot = Snapshot(len(changes), 1, toml, VERIFICATION, changes)
        self.later: list[Change] = []

    async def answer(self, heard: Heard, _reader: Any, writer: Any) -> None:
        target = heard.target
        if target.startswith("/.twogate/edge/snapshot"):
            await send(writer, 200, json.dumps(self.snapshot.to_json()).encode())
        elif target.startswith("/.twogate/edge/changes"):
            found = self._after(target)
            await asyncio.sleep(0 if found else 0.05)
            await send(writer, 200, json.dumps({"changes": found}).encode())
        elif target == "/.twogate/renew":
            fresh = [
                ("Location", heard.header("X-Twogate-Original-Uri") or ""),
                ("Set-Cookie", "twogate=fresh; Path=/"),
            ]
            await send(writer, 307, b"", fresh)
        else:
            told = {"line": heard.line, "headers": heard.headers, "body": heard.body.decode("latin-1")}
            await send(writer, 200, json.dumps(told).encode(), [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])

    def _after(self, target: str) -> list[dict[str, Any]]:
        after = int(re.findall(r"after=(\d+)", target)[0])
        return [change.to_json() for change in self.later if change.number > after]


def _decide(folder: Path, ports: Ports) -> subprocess.Popen[bytes]:
    data = folder / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    key = data / "forward-auth.key"
    key.write_text("tg_edge_suite")
    key.chmod(0o600)
    settings = {
        "TWOGATE_CONTROL_SOCKET": str(folder / "control.sock"),
        "TWOGATE_EDGE_WAIT": "1",
        "TWOGATE_FORWARD_AUTH_SPOE_LISTEN": f"127.0.0.1:{ports.spoe}",
    }
    with (folder / "decider.log").open("wb") as log:
        return subprocess.Popen(
            [*TWOGATE, "forward-auth", "--listen", f"127.0.0.1:{ports.asked}"],
            env=environment(data, settings),
            stdout=log,
            stderr=log,
        )


def _health(port: int) -> bool:
    wire = Wire(port)
    try:
        return wire.ask("127.0.0.1", written("GET", "/health")).status == 200
    finally:
        wire.close()


def _leads(port: int) -> bool:
    wire = Wire(port)
    try:
        return wire.ask("127.0.0.1", written("GET", "/.twogate/")).status == 200
    finally:
        wire.close()


@contextlib.contextmanager
def proxy(found: Stage, name: str, programs: Path | None = None) -> Iterator[Proxy]:
    """Run one proxy with the configuration of its how-to."""
    public = free_port()
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=found.folder))
    for title, text in configurations(name).items():
        (folder / title.replace("main", MAIN.get(name, "main"))).write_text(found.ports.put(text, public))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(_command(name, folder, programs), cwd=folder, stdout=log, stderr=log)
    running_proxy = Proxy(name, public, process)
    try:
        try:
            wait_for_port(public, process=process)
            wait_for(lambda: _leads(public), seconds=20)  # Traefik listens before it has read its routes
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}\n{(folder / 'log').read_text()[-3000:]}") from None
        yield running_proxy
    finally:
        running_proxy.stop()


def _command(name: str, folder: Path, programs: Path | None) -> list[str]:
    main = str(folder / "main")
    match name:
        case "nginx":
            program = shutil.which("nginx") or "/usr/sbin/nginx"
            places = f"daemon off; pid {folder}/pid; error_log {folder}/log;"
            return [program, "-p", str(folder), "-c", main, "-g", places]
        case "caddy":
            return [_program(programs, "caddy"), "run", "--adapter", "caddyfile", "--config", main]
        case "traefik":
            return [_program(programs, "traefik"), "--configFile=traefik.yml"]
        case "envoy":
            return [_program(programs, "envoy"), "-c", f"{main}.yaml", "--concurrency", "1", "--use-dynamic-base-id"]
        case "haproxy":
            return [str(HAPROXY), "-db", "-f", main]
        case _:
            raise AssertionError(name)


def _program(programs: Path | None, name: str) -> str:
    return str((programs or Path(sys.executable).parent) / name)
