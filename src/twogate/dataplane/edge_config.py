"""Everything an edge agent is told at its start.

Decides the dials of one gateway node and their defaults. Reading them from files and the environment is left to
``settings`` and ``cli``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from twogate.terms.secret import Secret


class StaleMode(StrEnum):
    """What the gateway does when it has not heard the control plane for ``stale_after`` seconds."""

    SERVE = "serve"  # go on with what it knows, and say so in the log
    REFUSE = "refuse"  # refuse every credential with ``gateway_stale`` until it is back


class Milestone(StrEnum):
    """What ``on_event`` hears about."""

    WAITING = "waiting"  # for the control plane, or for a first policy
    READY = "ready"  # the gateway takes requests
    RELOADED = "reloaded"  # another policy, key set or certificate is in force
    FAULT = "fault"  # something was not put in force; the last good state stays
    CONTROL_LOST = "control_lost"
    CONTROL_BACK = "control_back"
    STALE = "stale"
    STOPPING = "stopping"


def _ignore(_milestone: Milestone, _detail: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the access log is kept: the first limit that is reached counts."""

    days: float = 14
    total_bytes: int = 2_000_000_000
    file_bytes: int = 100_000_000  # a file is closed at this size, or at the full hour


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """One gateway node."""

    directory: Path  # haproxy.cfg, maps, keys, the last snapshot; mode 0700
    run_directory: Path  # unix sockets; its path is short (sun_path holds 108 bytes)
    key: Secret  # the edge key, tg_edge_...
    control_url: str = "http://control"  # origin of the control plane; only a name when there is a socket
    control_socket: Path | None = None  # the control plane's unix socket on the same machine
    control_backend: str = ""  # where HAProxy sends /.twogate/*: socket path or host:port; empty = the socket
    control_ca_file: str = ""
    http_bind: str = "127.0.0.1:8080"  # empty = none
    https_bind: str = ""
    certificate: Path | None = None  # PEM, leaf first
    certificate_key: Path | None = None  # PEM; None = it is in the certificate's file
    client_ca: Path | None = None  # PEM, who issues client certificates; None = none is asked for
    client_revocations: Path | None = None  # PEM, their revocation lists
    hosts: tuple[str, ...] = ()  # further Host values that mean this gateway
    threads: int = 0  # 0 = one for each core
    maxconn: int = 4000
    haproxy: str = ""  # "" = the bundled one, "system", or a path
    stale_after: float = 300.0
    stale_mode: StaleMode = StaleMode.SERVE
    country_file: Path | None = None  # for rules that name countries; None = such rules are refused
    asn_file: Path | None = None  # likewise for autonomous systems
    traffic: Path | None = None  # directory of the access log; None = none is kept
    retention: Retention = field(default_factory=Retention)
    poll_wait: float = 20.0  # seconds one question for changes may take
    control_patience: float = 5.0  # at the start, before the last snapshot on disk is used instead
    on_event: Callable[[Milestone, str], None] = _ignore

    @property
    def backend(self) -> str:
        """Where HAProxy finds the control plane."""
        return self.control_backend or str(self.control_socket or "")

    @property
    def master_socket(self) -> Path:
        return self.run_directory / "haproxy-master.sock"

    @property
    def admin_socket(self) -> Path:
        return self.run_directory / "haproxy-admin.sock"

    @property
    def log_socket(self) -> Path:
        return self.run_directory / "access-log.sock"

    @property
    def proof_socket(self) -> Path:
        return self.run_directory / "dpop.sock"

    @property
    def peer_socket(self) -> Path:
        return self.run_directory / "haproxy-peer.sock"

    def listens(self) -> tuple[tuple[str, int], ...]:
        """The addresses HAProxy will listen on, as (host, port)."""
        return tuple(_address(bind) for bind in (self.http_bind, self.https_bind) if bind)


def _address(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    return ("0.0.0.0" if host in ("", "*") else host), int(port)  # HAProxy reads "*" and "" as every IPv4 address
