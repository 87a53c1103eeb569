"""The TLS listener: both versions of HTTP, nothing older than TLS 1.2, and a plain door that only points to it."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from suites.gateway.certificate import bundle, trusting
from suites.gateway.conftest import POLICY
from suites.gateway.http2 import ask
from suites.gateway.rig import Gateway, Reply, free_port, running


@dataclass
class Door:
    """A gateway with both listeners."""

    gateway: Gateway
    port: int
    certificate: Path

    def https(self, target: str, context: ssl.SSLContext | None = None, **headers: str) -> Reply:
        """Ask over HTTP/1.1."""
        context = context or trusting(self.certificate, "http/1.1")
        connection = HTTPSConnection("localhost", self.port, timeout=5, context=context)
        try:
            connection.request("GET", target, headers=headers)
            got = connection.getresponse()
            return Reply(got.status, got.getheaders(), got.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("gw")
    certificate, port = bundle(folder / "tls.pem"), free_port()
    policy = POLICY.replace("http://127.0.0.1:{port}", f"https://localhost:{port}")
    with running(folder, policy, https_bind=f"127.0.0.1:{port}", certificate=str(certificate)) as started:
        yield Door(started, port, certificate)


def test_http_1_1_over_tls_passes(door: Door) -> None:
    """The upstream hears that the caller came over https."""
    assert door.https("/things/x", Authorization=f"Bearer {door.gateway.token()}").status == 200
    heard = door.gateway.upstream.last()
    assert heard.header("X-Forwarded-Proto") == "https"
    assert heard.header("X-Auth-Subject") == "usr_alice"


def test_http_2_over_tls_passes(door: Door) -> None:
    """Chosen by ALPN; the credential is a header, or a cookie that comes in pieces (RFC 9113 section 8.2.3)."""
    token = door.gateway.token().encode()
    start = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", door.gateway.host.encode())]
    ways = ([(b"authorization", b"Bearer " + token)], [(b"cookie", b"a=1"), (b"cookie", b"__Host-twogate=" + token)])
    for credential in ways:
        told = ask(
            ("127.0.0.1", door.port),
            trusting(door.certificate, "h2"),
            [*start, (b":path", b"/things/x"), *credential],
        )
        assert told.status == 200
        assert "max-age=" in told.headers["strict-transport-security"]
    assert door.gateway.upstream.last().header("Cookie") == "a=1"


def test_over_tls_the_cookie_has_its_secure_name(door: Door) -> None:
    """Without the prefix it could have been set by a neighbour (RFC 6265bis section 4.1.3.2)."""
    token = door.gateway.token()
    assert door.https("/things/x", Cookie=f"__Host-twogate={token}").status == 200
    assert door.https("/things/x", Cookie=f"twogate={token}").status == 401


@pytest.mark.parametrize("target", ["/things/x", "/public/x", "/nowhere", "/things/%2f", "/dead/x"])
def test_every_answer_over_tls_asks_for_tls_ever_after(door: Door, target: str) -> None:
    """RFC 6797 section 7.1, on refusals and faults too."""
    assert door.https(target).header("Strict-Transport-Security") == "max-age=31536000"


@pytest.mark.parametrize("target", ["/things/x?a=1&b=%2F", "/", "/.twogate/sign-in", "//evil.test/x"])
def test_the_plain_door_only_points_to_the_other(door: Door, target: str) -> None:
    """308 keeps the method; the place comes from the policy, whatever Host says; nothing is asked of anybody."""
    heard = len(door.gateway.upstream.heard)
    reply = door.gateway.ask("POST", target, body=b"abc", Host="evil.test", Authorization="Bearer x")
    assert reply.status == 308
    assert reply.header("Location") == door.gateway.policy.public_url + target
    assert reply.header("Strict-Transport-Security") is None
    assert len(door.gateway.upstream.heard) == heard


def test_versions_before_tls_1_2_are_not_spoken(door: Door) -> None:
    """RFC 9325 section 3.1.1."""
    context = trusting(door.certificate, "http/1.1")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError, match=r"(?i)ssl|tls|reset|closed"):
        door.https("/public/x", context)


def test_a_token_for_another_public_url_is_refused(door: Door) -> None:
    """The audience is this gateway's URL, scheme and port included."""
    token = door.gateway.token(audience=f"http://localhost:{door.port}")
    assert door.https("/things/x", Authorization=f"Bearer {token}").json["reason"] == "audience_wrong"
