"""Known bypasses by host: one host is meant, and links are built from the configured one."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import h2.connection
import h2.events
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Gateway, free_port, running

ME = "127.0.0.1"
EVIL = "evil.example.test"


@pytest.mark.parametrize(
    "host",
    [
        EVIL,
        f"{EVIL}@{{host}}",
        f"{{host}}@{EVIL}",
        f"{{host}}/{EVIL}",
        f"{{host}}?{EVIL}",
        f"{{host}}#{EVIL}",
        f"{{host}}, {EVIL}",
        f"{{host}}:80:{EVIL}",
        "",
        "127.0.0.1",
        "localhost",
        "[::1]",
    ],
)
def test_case_74_a_host_that_is_not_ours_is_refused(gateway: Gateway, wire: Wire, host: str) -> None:
    """Names, lists and userinfo alike; nothing of it is written into a link."""
    text = host.replace("{host}", gateway.host)
    for target in ("/public/x", "/things/x", "/.twogate/sign-in"):
        response = wire.ask(ME, raw("GET", target, text, "Accept: text/html"))
        assert response.status == 400
        assert EVIL not in response.headers.get("location", "")
    assert gateway.upstream.heard == gateway.control.heard == []


def test_case_74_two_hosts_are_refused(gateway: Gateway, wire: Wire) -> None:
    """RFC 9112 section 3.2: more than one Host is a malformed request, and none at all is one, too."""
    twice = raw("GET", "/public/x", gateway.host, f"Host: {EVIL}", "Connection: close")
    none = b"GET /public/x HTTP/1.1\r\nConnection: close\r\n\r\n"
    for request in (twice, none):
        assert gateway.raw(request, seconds=2).startswith(b"HTTP/1.1 400")
    assert wire.open == {}
    assert gateway.upstream.heard == []


@pytest.mark.parametrize(
    "target",
    [
        f"http://{EVIL}/public/x",
        f"https://{EVIL}/public/x",
        f"http://{EVIL}:80/public/x",
        f"http://{{host}}@{EVIL}/public/x",
    ],
)
def test_case_74_an_absolute_form_for_another_host_is_refused(gateway: Gateway, wire: Wire, target: str) -> None:
    """RFC 9112 section 3.2.2: the authority of the request line and the Host must be one."""
    text = target.replace("{host}", gateway.host)
    response = wire.ask(ME, raw("GET", text, gateway.host))
    assert response.status == 400
    assert gateway.upstream.heard == []


def test_case_74_an_absolute_form_for_this_host_becomes_origin_form(gateway: Gateway, wire: Wire) -> None:
    """The upstream hears a path and our own host."""
    request = raw("GET", f"http://{gateway.host}/public/x?y", gateway.host)
    assert wire.ask(ME, request).status == 200
    assert gateway.upstream.last().target == "/public/x?y"
    assert gateway.upstream.last().header("X-Forwarded-Host") == gateway.host


def test_case_74_links_are_built_from_the_configured_url(gateway: Gateway, wire: Wire) -> None:
    """No inbound header moves a redirect or a challenge to another host."""
    lies = (f"X-Forwarded-Host: {EVIL}", f"Forwarded: for=1.2.3.4;host={EVIL};proto=https", "X-Forwarded-Proto: https")
    page = wire.ask(ME, raw("GET", f"/things/x?next=//{EVIL}", gateway.host, "Accept: text/html", *lies))
    assert page.status == 302
    assert page.headers["location"].startswith(f"http://{gateway.host}/.twogate/sign-in?return_to=%2Fthings%2Fx")
    program = wire.ask(ME, raw("GET", "/things/x", gateway.host, *lies))
    assert f'resource_metadata="http://{gateway.host}/' in program.headers["www-authenticate"]
    assert EVIL not in str(program.headers)
    assert wire.ask(ME, raw("GET", "/public/x", gateway.host, *lies)).status == 200
    assert EVIL not in str(gateway.upstream.last().headers)


# ------------------------------------------------------------------ HTTP/2
SECURE = """\
public_url = "https://localhost:{port}"

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[rule]]
match = "/public/**"
require = "none"

[[rule]]
match = "/**"
"""


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The same over TLS and HTTP/2."""
    directory: Path = tmp_path_factory.mktemp("tls")
    bundle = directory / "bundle.pem"
    bundle.write_bytes(_certificate())
    port = free_port()
    text = SECURE.replace("{port}", str(port))
    site = {"https_bind": f"127.0.0.1:{port}", "certificate": str(bundle), "http_bind": ""}
    with running(directory, text, start=False, **site) as gateway:
        gateway.port = port
        gateway.start()
        yield gateway


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251  # a certificate of today
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + private


def ask_h2(gateway: Gateway, headers: list[tuple[str, str]]) -> int:
    """Send one HTTP/2 request; 0 = the stream or the connection was closed instead of answered."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((ME, gateway.port), 5) as plain, context.wrap_socket(plain) as connection:
        config = h2.config.H2Configuration(
            validate_outbound_headers=False, normalize_outbound_headers=False, header_encoding="latin-1"
        )
        protocol = h2.connection.H2Connection(config=config)
        protocol.initiate_connection()
        protocol.send_headers(1, headers, end_stream=True)
        connection.sendall(protocol.data_to_send())
        while data := connection.recv(65536):
            for event in protocol.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    return int(dict(event.headers)[":status"])
                if isinstance(event, h2.events.StreamReset | h2.events.ConnectionTerminated):
                    return 0
            connection.sendall(protocol.data_to_send())
    return 0


def h2_headers(gateway: Gateway, **changes: str) -> list[tuple[str, str]]:
    """The pseudo-headers of a harmless request, with changes."""
    plain = {"method": "GET", "scheme": "https", "authority": gateway.host, "path": "/public/x"} | changes
    return [(f":{name}", value) for name, value in plain.items()]


def test_case_74_http2_with_one_authority_is_served(secure: Gateway) -> None:
    """The counter-check: the harmless request passes, a guarded one is refused."""
    assert ask_h2(secure, h2_headers(secure)) == 200
    assert ask_h2(secure, h2_headers(secure, path="/things/x")) == 401
    assert ask_h2(secure, [*h2_headers(secure), ("host", secure.host)]) == 200


@pytest.mark.parametrize("host", ["{host}", EVIL, ""])
def test_case_74_an_http2_authority_that_is_not_ours_is_refused(secure: Gateway, host: str) -> None:
    """RFC 9113 section 8.3.1: :authority says which host is meant, whatever Host says beside it."""
    secure.upstream.heard.clear()
    headers = h2_headers(secure, authority=EVIL)
    if host:
        headers.append(("host", host.replace("{host}", secure.host)))
    assert ask_h2(secure, headers) in {0, 400}
    assert secure.upstream.heard == []


@pytest.mark.parametrize("host", [EVIL, f"{EVIL}@{{host}}", f"{{host}}, {EVIL}"])
def test_case_74_a_host_beside_the_http2_authority_is_not_heard(secure: Gateway, host: str) -> None:
    """Where both are sent the gateway believes :authority, and the upstream hears that one alone."""
    secure.upstream.heard.clear()
    ask_h2(secure, [*h2_headers(secure), ("host", host.replace("{host}", secure.host))])
    for heard in secure.upstream.heard:
        assert heard.header("Host") == secure.host
        assert EVIL not in str(heard.headers)


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "public/x"},
        {"path": ""},
        {"path": "/public/x\r\nX-Auth-Subject: usr_root"},
        {"path": "/public/%2e%2e%2fthings"},
        {"path": "/public/x#y"},
        {"method": "CONNECT"},
        {"method": "TRACE"},
        {"method": "get"},
        {"method": "GET /things/x HTTP/1.1\r\nX: "},
    ],
)
def test_case_75_http2_pseudo_headers_smuggle_nothing(secure: Gateway, changes: dict[str, str]) -> None:
    """RFC 9113 sections 8.2.1 and 8.3: line ends, tunnels and paths without a slash never become HTTP/1.1."""
    secure.upstream.heard.clear()
    assert ask_h2(secure, h2_headers(secure, **changes)) in {0, 400, 405}
    assert secure.upstream.heard == []
