"""``twogate bench gateway``: the compiled gateway beside a proxy that only forwards, in one run on one core.

Decides the rounds and the sums. The servers are ``bench_gateway_servers``, the load is ``bench_gateway_traffic``.
Rounds are interleaved and medians taken, so that a machine whose speed drifts is fair to all; processor time for each
request is read from the kernel and holds even when other programs run.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from twogate.cli.bench_gateway_servers import (
    Cores,
    Protected,
    Running,
    start_bare,
    start_nginx,
    start_protected,
    start_sink,
    start_upstream,
)
from twogate.cli.bench_gateway_traffic import bench_policy, make_key, requests, tokens, wrk_script
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.dataplane.binary import find_binary
from twogate.terms.changes import VerificationKey

_RESULT = re.compile(r"BENCH (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)")
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked, for how long, how often."""

    rules: int = 1000
    revoked: int = 100_000
    seconds: int = 4
    rounds: int = 3
    connections: int = 32


@dataclass(slots=True)
class Seen:
    """What the rounds of one server measured."""

    throughput: list[float] = field(default_factory=list)  # requests/s
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)  # processor time of the proxy for each request
    refused: int = 0  # answers that were not 2xx or 3xx
    errors: int = 0


def run_gateway_bench(load: Load, *, clock_seconds: int) -> dict[str, Any]:
    """Measure and return the figures.

    Raises:
        CommandFailed: wrk is not installed.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CommandFailed(ExitCode.UNAVAILABLE, "the load generator wrk is missing", "sudo apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="twogate-bench-") as folder, contextlib.ExitStack() as ended:
        home, cores = Path(folder), Cores.of_this_machine()
        signing, key = make_key()
        issued = tokens(signing, clock_seconds)
        servers = dict(_servers(home, cores, load, key=key, ended=ended))
        scripts = {rules: _script(home, rules, issued) for rules in {load.rules, *_RULES.values()}}
        seen = {name: Seen() for name in servers}
        for round_number in range(load.rounds + 1):
            for name, server in servers.items():
                script = scripts[_RULES.get(name, load.rules)]
                _measure(wrk, server, script, load=load, cores=cores, into=seen[name] if round_number else Seen())
        return _report(load, seen)


_RULES = {"protected_10_rules": 10, "protected_10000_rules": 10_000}


def _servers(
    home: Path, cores: Cores, load: Load, *, key: VerificationKey, ended: contextlib.ExitStack
) -> Iterator[tuple[str, Running]]:
    program = find_binary().path

    def kept(running: Running) -> Running:
        ended.callback(running.stop)
        return running

    upstream = kept(start_upstream(home, program, cores)).port
    sink = kept(start_sink(cores)).port
    yield "bare", kept(start_bare(home, program, cores, upstream=upstream))
    wanted = (
        Protected("protected", load.rules, load.revoked),
        Protected("protected_10_rules", 10, 0),
        Protected("protected_10000_rules", 10_000, 0),
        Protected("protected_million_revoked", load.rules, 1_000_000),
    )
    for one in wanted:
        server = start_protected(one, home, program, cores=cores, upstream=upstream, sink=sink, key=key)
        yield one.name, kept(server)
    nginx = start_nginx(home, cores, upstream)
    if nginx is not None:
        yield "nginx_auth_request", kept(nginx)


def _script(home: Path, rules: int, issued: list[str]) -> Path:
    path = home / f"load-{rules}.lua"
    path.write_text(wrk_script(list(requests(bench_policy(rules, 1), issued))), encoding="utf-8")
    return path


def _measure(wrk: str, server: Running, script: Path, *, load: Load, cores: Cores, into: Seen) -> None:
    before = server.processor_seconds()
    command = [wrk, "-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--latency", "-s", str(script)]
    said = subprocess.run(  # noqa: S603  # a program found by us, no shell
        [*command, f"http://127.0.0.1:{server.port}/"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, cores.rest),  # one system call, no lock
    ).stdout
    found = _RESULT.search(said)
    if found is None:
        raise CommandFailed(ExitCode.REFUSED, "wrk did not say what it measured", said.strip()[-200:])
    done, micros, refused, errors, p50, p99, _ = map(int, found.groups())
    into.throughput.append(done / (micros / _MICRO))
    into.p50_ms.append(p50 / 1000)
    into.p99_ms.append(p99 / 1000)
    into.cpu_us.append((server.processor_seconds() - before) * _MICRO / max(done, 1))
    into.refused += refused
    into.errors += errors


def _report(load: Load, seen: Mapping[str, Seen]) -> dict[str, Any]:
    bare = seen["bare"]
    return {
        "load": {"rules": load.rules, "revoked": load.revoked, "seconds": load.seconds, "rounds": load.rounds},
        "servers": {
            name: {
                "requests_per_second": round(median(one.throughput)),
                "p50_ms": round(median(one.p50_ms), 3),
                "p99_ms": round(median(one.p99_ms), 3),
                "cpu_us_per_request": round(median(one.cpu_us), 2),
                "of_bare": round(median(one.throughput) / median(bare.throughput), 3),
                "of_bare_by_cpu": round(median(bare.cpu_us) / median(one.cpu_us), 3),
                "refused": one.refused,
                "errors": one.errors,
            }
            for name, one in seen.items()
        },
    }
