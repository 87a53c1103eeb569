"""A gateway whose agent asks a memory of used proofs, and somebody who owns a key."""

import asyncio
import contextlib
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from suites.gateway.rig import Gateway, Reply, running
from tests.rules.protocols.keys import Caller

from twogate.dataplane.faults import ControlUnavailableError
from twogate.dataplane.proofs import Proofs, Verdict
from twogate.outside.clock import SystemClock
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.terms.reasons import Reason

POLICY = """
public_url = "http://127.0.0.1:{port}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[rule]]
name = "public"
match = "/public/**"
require = "none"

[[rule]]
name = "things"
match = "/things/**"

[[rule]]
name = "handed-on"
match = "/handed/**"
forward_credential = true

[[rule]]
name = "admin"
match = "/admin/**"
require = "aal3"
"""


@dataclass
class Memory:
    """What has been used up; it can be away, and it can want a nonce."""

    used: set[str] = field(default_factory=set)
    away: bool = False
    silent: bool = False
    nonce: str = ""
    asked: int = 0

    async def spend(self, proofs: Sequence[Proved]) -> list[Verdict]:
        self.asked += 1
        if self.away:
            raise ControlUnavailableError("away")
        if self.silent:
            await asyncio.sleep(4)
        return [self._verdict(one) for one in proofs]

    def _verdict(self, proved: Proved) -> Verdict:
        if self.nonce and proved.nonce != self.nonce:
            return Verdict(Reason.DPOP_NONCE_NEEDED, self.nonce)
        if proved.mark in self.used:
            return Verdict(Reason.DPOP_REPLAYED)
        self.used.add(proved.mark)
        return Verdict(None)


@dataclass
class Door:
    """One gateway and a caller who owns a key."""

    gateway: Gateway
    caller: Caller
    memory: Memory

    @property
    def base(self) -> str:
        return f"http://{self.gateway.host}"

    def token(self, **change: Any) -> str:
        return self.gateway.token(**{"binding": f"jkt:{self.caller.thumbprint}"} | change)

    def proof(self, path: str, token: str, *, method: str = "GET", **change: Any) -> str:
        """A good proof for this gateway; its own port is in it."""
        return self.caller.proof(method, f"{self.base}{path}", at=SystemClock().now(), token=token, **change)

    def ask(self, path: str, token: str, *proofs: str, method: str = "GET", scheme: str = "DPoP", **more: str) -> Reply:
        """One request with these DPoP headers."""
        headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
        return self.gateway.send(method, path, headers + [(name.replace("_", "-"), v) for name, v in more.items()])


@contextlib.contextmanager
def agent(path: Path, memory: Memory) -> Iterator[None]:
    """What the edge agent runs for its gateway, in a thread of its own."""
    loop = asyncio.new_event_loop()
    task: list[asyncio.Task[None]] = []

    def serve() -> None:
        asyncio.set_event_loop(loop)
        task.append(loop.create_task(Proofs(SystemClock(), memory.spend).run(path)))
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task[0])
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task[0].cancel)
        thread.join(10)


@contextlib.contextmanager
def saying(path: Path, said: bytes) -> Iterator[None]:
    """Somebody in the agent's place who says the same to everybody."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        listening.settimeout(10)

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        thread.join(10)
    path.unlink()


@pytest.fixture(scope="package")
def ground() -> Iterator[Path]:
    """A directory whose path leaves room for socket names."""
    path = Path(tempfile.mkdtemp(prefix="tg-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="package")
def house(ground: Path) -> Iterator[Door]:
    memory, socket = Memory(), ground / "dpop.sock"
    with agent(socket, memory), running(ground, POLICY, proof_socket=str(socket)) as gateway:
        yield Door(gateway, Caller(), memory)


@pytest.fixture
def door(house: Door) -> Door:
    """The gateway, with nothing heard and nothing used yet."""
    house.gateway.upstream.heard.clear()
    house.memory.used.clear()
    house.memory.away = house.memory.silent = False
    house.memory.nonce, house.memory.asked = "", 0
    return house
