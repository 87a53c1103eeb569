"""A gateway whose TLS listener asks for client certificates, and certificates of every kind to show to it."""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from suites.gateway.certificate import bundle
from suites.gateway.rig import Gateway, Reply, free_port, running
from suites.mtls.authority import PAST, UTC, Authority, Leaf

from twogate.rules.policy.request import Certificate
from twogate.terms.reasons import Reason

POLICY = """
public_url = "https://localhost:{tls}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[rule]]
name = "public"
match = "/public/**"
require = "none"

[[rule]]
name = "shown"
match = "/shown/**"
require = "none"
client_certificate = true

[[rule]]
name = "things"
match = "/things/**"

[[rule]]
name = "both"
match = "/both/**"
client_certificate = true

[[rule]]
name = "much"
match = "/much/**"
require = "aal2"
scopes = ["read"]
networks = ["10.0.0.0/8"]
client_certificate = true

[[rule]]
name = "watched"
match = "/things/watched/**"
mode = "shadow"
client_certificate = true
"""
FUTURE = datetime(2044, 1, 1, tzinfo=UTC)
NASTY = 'x\r\nX-Auth-Subject: usr_root\r\n\x00\x01é"\\,'


@dataclass
class Door:
    """The gateway, who is trusted to sign its callers' certificates, and what those callers have."""

    gateway: Gateway
    port: int
    server: Path
    authority: Authority
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def context(self, name: str, *protocols: str) -> ssl.SSLContext:
        """TLS settings of a caller with this certificate; an empty name has none."""
        if name:
            return self.leaves[name].context(self.server, *protocols)
        context = ssl.create_default_context(cafile=str(self.server))
        context.set_alpn_protocols(list(protocols or ("http/1.1",)))
        return context

    @contextlib.contextmanager
    def connected(self, name: str) -> Iterator[http.client.HTTPSConnection]:
        """One connection that may carry several requests."""
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=5, context=self.context(name))
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, name: str, target: str, *, method: str = "GET", **headers: str) -> Reply:
        """One request over a connection of its own."""
        with self.connected(name) as connection:
            return over(connection, target, method=method, **headers)

    def shown(self, name: str) -> Certificate | None:
        """What the gateway ought to make of a certificate."""
        return (
            Certificate(self.leaves[name].thumbprint, FAULTS.get(name), self_signed=name == "alone") if name else None
        )


def over(connection: http.client.HTTPSConnection, target: str, *, method: str = "GET", **headers: str) -> Reply:
    """One more request on a connection; header names are written with underscores."""
    connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
    got = connection.getresponse()
    return Reply(got.status, got.getheaders(), got.read())


FAULTS = {
    "revoked": Reason.CERTIFICATE_REVOKED,
    "expired": Reason.CERTIFICATE_EXPIRED,
    "early": Reason.CERTIFICATE_EXPIRED,
    "stranger": Reason.CERTIFICATE_UNTRUSTED,
    "namesake": Reason.CERTIFICATE_UNTRUSTED,
    "for_servers": Reason.CERTIFICATE_UNTRUSTED,
    "alone": Reason.CERTIFICATE_UNTRUSTED,
}


def issue_all(folder: Path, authority: Authority) -> dict[str, Leaf]:
    """A certificate of every kind."""
    return {
        "good": authority.issue("good"),
        "second": authority.issue("second"),
        "nasty": authority.issue(NASTY),
        "revoked": authority.issue("revoked"),
        "expired": authority.issue("expired", until=PAST),
        "early": authority.issue("early", since=FUTURE),
        "stranger": Authority(folder, "Stranger").issue("good"),
        "namesake": Authority(folder, "Clients").issue("good"),  # the same issuer's name, another key
        "alone": authority.alone("alone"),
        "for_servers": authority.issue("server", usage=authority.SERVERS),
    }


@pytest.fixture(scope="package")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder, port = tmp_path_factory.mktemp("gw"), free_port()
    server, authority = bundle(folder / "tls.pem"), Authority(folder, "Clients")
    leaves = issue_all(folder, authority)
    (folder / "ca.pem").write_text(authority.pem)
    (folder / "crl.pem").write_text(authority.revocations(leaves["revoked"]))
    tls = {"https_bind": f"127.0.0.1:{port}", "certificate": str(server)}
    trust = {"client_ca": str(folder / "ca.pem"), "client_revocations": str(folder / "crl.pem")}
    with running(folder, POLICY.replace("{tls}", str(port)), **tls, **trust) as gateway:
        yield Door(gateway, port, server, authority, leaves)


@pytest.fixture
def clean(door: Door) -> Door:
    """The door, and nothing heard yet."""
    door.gateway.upstream.heard.clear()
    door.gateway.control.heard.clear()
    return door


def raw_connection(port: int, context: ssl.SSLContext, session: ssl.SSLSession | None = None) -> ssl.SSLSocket:
    """A bare TLS connection, perhaps one that takes up an earlier session."""
    plain = socket.create_connection(("127.0.0.1", port), 5)
    return context.wrap_socket(plain, server_hostname="localhost", session=session)
