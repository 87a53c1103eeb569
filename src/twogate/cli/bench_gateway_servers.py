"""The servers of the gateway bench: upstream, bare proxy, protected gateways, nginx, each pinned to its core.

Decides how they are configured and started, and how their processor time is read. What is asked of them is
``bench_gateway_traffic``.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twogate.cli.bench_gateway_traffic import bench_policy, revoked_grants
from twogate.rules.haproxy import maps
from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.site import GatewaySite
from twogate.terms.changes import VerificationKey

_TICKS = os.sysconf("SC_CLK_TCK")
_PLAIN = """\
global
    nbthread 1
    maxconn 4000
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
"""


@dataclass(frozen=True, slots=True)
class Cores:
    """Which cores the measured proxy and everything else run on."""

    proxy: frozenset[int]
    rest: frozenset[int]

    @classmethod
    def of_this_machine(cls) -> "Cores":
        every = sorted(os.sched_getaffinity(0))
        if len(every) == 1:
            return cls(frozenset(every), frozenset(every))
        return cls(frozenset(every[:1]), frozenset(every[1:2]))


class Running:
    """A server process that is ended with the bench."""

    def __init__(self, command: Sequence[str], cores: frozenset[int], *, port: int, piped: bool = False) -> None:
        self.port = port
        self.process = subprocess.Popen(  # noqa: S603  # programs found by us, no shell
            list(command),
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509  # one system call, no lock
        )

    def processor_seconds(self) -> float:
        """User and system time of the process and of the children it still has."""
        return sum(_seconds(pid) for pid in (self.process.pid, *_children(self.process.pid)))

    def await_port(self) -> None:
        """Wait until it listens."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.process.args!r} ended at once")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError(f"nothing listens on port {self.port}")

    def stop(self) -> str:
        """End it; returns what a piped one said."""
        if self.process.stdin is not None:
            said, _ = self.process.communicate(timeout=10)
            return str(said, "utf-8").strip()
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return ""


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_upstream(directory: Path, haproxy: str, cores: Cores) -> Running:
    """A server that answers at once with a small JSON body."""
    port = free_port()
    text = (
        f"{_PLAIN}frontend instant\n    bind 127.0.0.1:{port}\n"
        "    http-request return status 200 content-type application/json string '{\"ok\":true}'\n"
    )
    return _haproxy(directory / "upstream", haproxy, text, cores=cores.rest, port=port)


def start_bare(directory: Path, haproxy: str, cores: Cores, *, upstream: int) -> Running:
    """A proxy that only forwards."""
    port = free_port()
    text = (
        f"{_PLAIN}frontend bare\n    bind 127.0.0.1:{port}\n    default_backend b\n"
        f"backend b\n    server s 127.0.0.1:{upstream}\n"
    )
    return _haproxy(directory / "bare", haproxy, text, cores=cores.proxy, port=port)


@dataclass(frozen=True, slots=True)
class Protected:
    """A compiled gateway to measure."""

    name: str
    rules: int
    revoked: int
    without: tuple[str, ...] = ()  # beginnings of directives that are left out, to learn what they cost


def start_protected(
    wanted: Protected, directory: Path, haproxy: str, *, cores: Cores, upstream: int, sink: int, key: VerificationKey
) -> Running:
    """A gateway as compiled, with everything on."""
    home = directory / wanted.name
    port = free_port()
    site = GatewaySite(
        control_socket=str(home / "control.sock"),
        http_bind=f"127.0.0.1:{port}",
        log_sink=f"127.0.0.1:{sink}",
        keys=(key,),
        threads=1,
        peer=f"127.0.0.1:{free_port()}",
    )
    compiled = compile_gateway(bench_policy(wanted.rules, upstream), site)
    for name, text in compiled.files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    for name in maps.RUNTIME_MAPS:
        (home / name).write_text(revoked_grants(wanted.revoked) if name == maps.GRANTS else "", encoding="utf-8")
    return _haproxy(home, haproxy, _left_out(compiled.configuration, wanted.without), cores=cores.proxy, port=port)


def _left_out(text: str, without: tuple[str, ...]) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not any(part in line.strip() for part in without))


def start_nginx(directory: Path, cores: Cores, upstream: int) -> Running | None:
    """An nginx that asks for every request; None when nginx is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return None
    home = directory / "nginx"
    home.mkdir()
    port = free_port()
    text = f"""\
daemon off; worker_processes 1; pid {home}/pid; error_log /dev/null crit;
events {{ worker_connections 4000; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
  uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  upstream api {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ auth_request /verdict; proxy_pass http://api; proxy_http_version 1.1;
                  proxy_set_header Connection ""; }}
    location = /verdict {{ internal; proxy_pass http://api; proxy_http_version 1.1; proxy_pass_request_body off;
                           proxy_set_header Content-Length ""; proxy_set_header Connection ""; }}
  }}
}}
"""
    (home / "nginx.conf").write_text(text, encoding="utf-8")
    running = Running([program, "-c", str(home / "nginx.conf"), "-p", str(home)], cores.proxy, port=port)
    running.await_port()
    return running


def start_sink(cores: Cores) -> Running:
    """The log's reader, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "twogate.cli.bench_gateway_sink", str(port)]
    running = Running(command, cores.rest, port=port, piped=True)
    running.await_port()
    return running


def _haproxy(home: Path, program: str, text: str, *, cores: frozenset[int], port: int) -> Running:
    home.mkdir(parents=True, exist_ok=True)
    (home / maps.CONFIGURATION).write_text(text, encoding="utf-8")
    running = Running([program, "-db", "-f", str(home / maps.CONFIGURATION)], cores, port=port)
    running.await_port()
    return running
