"""What the compiler is told about the place the gateway runs in, and what it hands back.

Decides the compiler's two faces. Which policy is compiled is ``rules.policy``'s; writing files is the edge agent's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from twogate.terms.changes import VerificationKey


class GatewayRefusedError(ValueError):
    """This policy cannot become a gateway; the message says what to change."""


@dataclass(frozen=True, slots=True)
class GatewaySite:
    """One gateway's surroundings. Socket paths are absolute; everything else beside ``haproxy.cfg`` is relative."""

    control_socket: str  # the control plane: an absolute unix socket path, or host:port
    http_bind: str = "127.0.0.1:8080"  # empty = no plain listener
    https_bind: str = ""  # empty = no TLS listener
    certificate: str = ""  # PEM bundle (certificate chain and key), for https_bind
    client_ca: str = ""  # PEM bundle of those who issue client certificates; empty = none is asked for
    client_revocations: str = ""  # their revocation lists, PEM, one of each; empty = nothing is revoked
    admin_socket: str = ""  # HAProxy's own runtime socket; empty = only the master's
    proof_socket: str = ""  # absolute unix socket path of whoever checks DPoP proofs; empty = such tokens are refused
    log_sink: str = ""  # host:port or absolute unix socket path of the access-log reader; empty = no log
    keys: tuple[VerificationKey, ...] = ()
    hosts: tuple[str, ...] = ()  # further Host values that mean this gateway, e.g. "localhost:8080"
    peer: str = ""  # host:port on loopback by which counters outlive a reload (``process.peers``); empty = never
    threads: int = 0  # 0 = one for each core
    maxconn: int = 4000
    stale: bool = False  # the control plane was away for too long and the operator chose to refuse
    policy_version: int = 0
    buffer_size: int = 16384
    countries: str | None = None  # text of the map of the countries' networks; None = no database here
    asns: str | None = None  # likewise of autonomous systems
    system_ca: str = "@system-ca"  # who may sign an https upstream's certificate where the policy names no file


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """The compiled gateway. The same policy and site give the same bytes."""

    configuration: str  # haproxy.cfg
    files: Mapping[str, str] = field(default_factory=dict)  # relative name to text; see ``maps``

    def all_files(self) -> dict[str, str]:
        """Return every compiled file with ``haproxy.cfg`` among them."""
        return {"haproxy.cfg": self.configuration, **self.files}
