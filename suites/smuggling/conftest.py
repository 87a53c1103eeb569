"""A gateway with a plain and a gateway with a TLS listener, both before an upstream that remembers what it heard."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from suites.gateway.certificate import bundle, trusting
from suites.gateway.rig import Gateway, free_port, running

RULES = """
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
name = "admin"
match = "/admin/**"
require = "aal2"
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gw"), 'public_url = "http://127.0.0.1:{port}"\n' + RULES) as started:
        yield started


@pytest.fixture
def clean(gateway: Gateway) -> Gateway:
    """The gateway, and nothing heard yet."""
    gateway.upstream.heard.clear()
    gateway.control.heard.clear()
    return gateway


@dataclass
class Tls:
    """A gateway behind TLS and how to reach it."""

    gateway: Gateway
    port: int
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def tls_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tls]:
    folder = tmp_path_factory.mktemp("gw")
    certificate, port = bundle(folder / "tls.pem"), free_port()
    policy = f'public_url = "https://localhost:{port}"\n' + RULES
    with running(folder, policy, https_bind=f"127.0.0.1:{port}", certificate=str(certificate)) as started:
        yield Tls(started, port, trusting(certificate, "h2"))


@pytest.fixture
def tls(tls_gateway: Tls) -> Tls:
    """The TLS gateway, and nothing heard yet."""
    tls_gateway.gateway.upstream.heard.clear()
    return tls_gateway
