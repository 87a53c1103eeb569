"""``twogate bench forward-auth``: decisions in a second of one core.

Decides what is measured: the real ASGI application with the rules and revocations of a busy installation, asked as a
proxy asks for people whose tokens it knows; first called directly, then over HTTP on a loopback socket where wrk is
installed. Beside the wall clock stands the processor time of the deciding process, which holds when other programs run.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from twogate.cli.bench_gateway_servers import Cores
from twogate.cli.bench_gateway_traffic import (
    PUBLIC_URL,
    Ask,
    bench_policy,
    grant_id,
    make_key,
    requests,
    tokens,
)
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.dataplane.decision.meaning import InForce
from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.edge_config import EdgeConfig
from twogate.forward_auth.app import ForwardAuth
from twogate.forward_auth.asgi import Scope
from twogate.forward_auth.serve import serve
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.policy.model import Policy
from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey
from twogate.terms.secret import Secret

_HOST = PUBLIC_URL.partition("://")[2]
_BATCH = 512
_CONNECTIONS = 32
_PATH = "/traefik"
_PASSED = 200


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to know, and for how long it is asked."""

    rules: int = 1000
    revoked: int = 100_000
    seconds: int = 4


def run_forward_auth_bench(load: Load, *, clock_seconds: int) -> dict[str, Any]:
    """Measure and return the figures."""
    signing, key = make_key()
    policy = bench_policy(load.rules, 1)
    asks = list(requests(policy, tokens(signing, clock_seconds)))
    with tempfile.TemporaryDirectory(prefix="twogate-bench-") as folder:
        measured = {"called": asyncio.run(_called(_node(Path(folder), policy, key, load=load), asks, load.seconds))}
        wrk = shutil.which("wrk")
        if wrk is not None:
            measured["over_http"] = _over_http(wrk, Path(folder), policy, key=key, load=load, asks=asks)
    return {
        "load": {"rules": load.rules, "revoked": load.revoked, "seconds": load.seconds},
        "decisions": measured,
    }


def _node(folder: Path, policy: Policy, key: VerificationKey, *, load: Load) -> DecisionNode:
    """A node that knows everything and has no control plane to ask."""
    config = EdgeConfig(folder / "node", folder, Secret("none"), control_socket=folder / "nobody")
    node = DecisionNode(config, clock=SystemClock(), entropy=SystemEntropy())
    revoked = (Change(n + 1, ChangeKind.GRANT_REVOKED, grant_id(n)) for n in range(load.revoked))
    node.memory.recall(Snapshot(0, 0, "", (), ()), revoked)
    node.meaning.now = InForce.of(policy, (key,))
    return node


async def _called(node: DecisionNode, asks: list[Ask], seconds: int) -> dict[str, Any]:
    app = ForwardAuth(node)
    scopes = [_scope(ask) for ask in asks]
    passed = 0

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal passed
        passed += message.get("status") == _PASSED

    for scope in scopes:  # every token is seen once before it counts
        await app(scope, receive, send)
    done, passed, begun, cpu = 0, 0, time.perf_counter(), time.process_time()
    for scope in cycle(scopes):
        await app(scope, receive, send)
        done += 1
        if done % _BATCH == 0 and time.perf_counter() - begun > seconds:
            break
    elapsed, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return _figures(done, done - passed, elapsed=elapsed, cpu=cpu)


def _figures(done: int, refused: int, *, elapsed: float, cpu: float) -> dict[str, Any]:
    return {
        "per_second": round(done / elapsed),
        "per_second_and_core": round(done / cpu) if cpu else 0,
        "cpu_us_each": round(cpu * 1_000_000 / max(done, 1), 1),
        "refused": refused,
    }


def _told(ask: Ask) -> dict[str, str]:
    return {
        "Host": "127.0.0.1:9180",
        "User-Agent": "twogate-bench/1",
        "Accept": "application/json",
        "Authorization": f"Bearer {ask.token}",
        "X-Forwarded-Method": ask.method,
        "X-Forwarded-Uri": ask.path,
        "X-Forwarded-Host": _HOST,
        "X-Forwarded-Proto": "http",
        "X-Forwarded-For": "192.0.2.7",
    }


def _scope(ask: Ask) -> Scope:
    headers = [(name.lower().encode(), value.encode()) for name, value in _told(ask).items()]
    return {"type": "http", "method": "GET", "raw_path": _PATH.encode(), "query_string": b"", "headers": headers}


# ----------------------------------------------------------------- over HTTP
def _over_http(
    wrk: str, folder: Path, policy: Policy, *, key: VerificationKey, load: Load, asks: list[Ask]
) -> dict[str, Any]:
    script = folder / "load.lua"
    script.write_text(_wrk_script(asks), encoding="utf-8")
    cores = Cores.of_this_machine()
    with _serving(folder, policy, key, load=load, cores=cores) as (port, pid):
        command = [wrk, "-t1", f"-c{_CONNECTIONS}", "-s", str(script), f"http://127.0.0.1:{port}{_PATH}"]
        _asked([*command, "-d1s"], cores)
        before = _processor_seconds(pid)
        said = _asked([*command, f"-d{load.seconds}s"], cores)
        cpu = _processor_seconds(pid) - before
    done, micros, refused = (int(word) for word in said.split("BENCH ")[1].split()[:3])
    return _figures(done, refused, elapsed=micros / 1_000_000, cpu=cpu)


def _asked(command: list[str], cores: Cores) -> str:
    return subprocess.run(  # noqa: S603  # a program found by us, no shell
        command,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores.rest),  # one system call, no lock
    ).stdout


@contextlib.contextmanager
def _serving(
    folder: Path, policy: Policy, key: VerificationKey, *, load: Load, cores: Cores
) -> Iterator[tuple[int, int]]:
    """Serve in a process of its own, on one core; yields port and process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    heard, said = multiprocessing.Pipe(duplex=False)

    def child() -> None:
        os.sched_setaffinity(0, cores.proxy)
        serve(ForwardAuth(_node(folder, policy, key, load=load)), listener, started=lambda: said.send(True))

    process = multiprocessing.get_context("fork").Process(target=child, daemon=True)
    process.start()
    try:
        if not heard.poll(30):
            raise CommandFailed(ExitCode.INTERNAL, "the measured process did not start")
        yield int(listener.getsockname()[1]), process.pid or 0
    finally:
        process.terminate()
        process.join(10)
        listener.close()


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wrk_script(asks: list[Ask]) -> str:
    """Requests are made once, then sent in turn; the end is told in one line."""
    made = []
    for ask in asks:
        fields = ",".join(f'["{name}"]="{value}"' for name, value in _told(ask).items())
        made.append(f'wrk.format("GET","{_PATH}",{{{fields}}})')
    return (
        "local asks = {}\nlocal turn = 0\nfunction init(args)\nasks = {\n" + ",\n".join(made) + "\n}\nend\n"
        "function request() turn = turn % #asks + 1 return asks[turn] end\n"
        "function done(summary, _, _)\n"
        'io.write(string.format("BENCH %d %d %d\\n", summary.requests, summary.duration, summary.errors.status))\nend\n'
    )
