"""Known bypasses by headers: none of them chooses a route, grants access, or takes the gateway's word away."""

import pytest
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Gateway

ME = "127.0.0.1"

ROUTE_HEADERS = (
    "X-Forwarded-Uri: /public/x",
    "X-Forwarded-Path: /public/x",
    "X-Forwarded-Prefix: /public",
    "X-Forwarded-Method: GET",
    "X-Original-Url: /public/x",
    "X-Original-Uri: /public/x",
    "X-Original-Method: GET",
    "X-Rewrite-Url: /public/x",
    "X-Twogate-Original-Uri: /public/x",
    "x-forwarded-uri: /public/x",
    "X_Forwarded_Uri: /public/x",
)


@pytest.mark.parametrize("line", ROUTE_HEADERS)
def test_case_65_no_header_chooses_the_route(gateway: Gateway, wire: Wire, line: str) -> None:
    """The decision uses the request line alone, and the upstream hears no other story either."""
    for target in ("/admin/x", "/things/x"):
        assert wire.ask(ME, raw("GET", target, gateway.host, line)).status == 401
    assert gateway.upstream.heard == []
    assert wire.ask(ME, raw("GET", "/public/x", gateway.host, line)).status == 200
    assert not {"x-forwarded-uri", "x_forwarded_uri", "x-original-url", "x-rewrite-url"} & gateway.upstream.last().names
    assert line.split(":", maxsplit=1)[0].lower() not in gateway.upstream.last().names


GRANTING_HEADERS = (
    "User-Agent: GoogleHC/1.0",
    "User-Agent: kube-probe/1.28",
    "User-Agent: ELB-HealthChecker/2.0",
    "X-Health-Check: 1",
    "X-Forwarded-User: root",
    "X-Forwarded-Email: root@example.test",
    "X-Auth-Request-User: root",
    "X-Auth-Subject: usr_root",
    "X-Auth-Level: aal3",
    "Remote-User: root",
    "X-Remote-User: root",
    "X-Twogate-Address: 10.0.0.1",
    "X-Internal: true",
    "Authorization: Basic cm9vdDpyb290",
    "Authorization: Negotiate AAAA",
    "Authorization: Bearer",
    "Authorization: Bearer null",
    "Authorization: Bearer undefined",
    "Cookie: session=1; admin=true",
)


@pytest.mark.parametrize("line", GRANTING_HEADERS)
def test_case_67_no_header_grants_access(gateway: Gateway, wire: Wire, line: str) -> None:
    """Health checks, identity headers and other people's credentials are strangers here."""
    response = wire.ask(ME, raw("GET", "/admin/x", gateway.host, line))
    assert response.status == 401
    assert gateway.upstream.heard == []


SPOOFED = (
    ("X-Auth-Subject: usr_root",),
    ("x-auth-subject: usr_root",),
    ("X-AUTH-SUBJECT: usr_root",),
    ("X_Auth_Subject: usr_root",),
    ("X-Auth_Subject: usr_root",),
    ("x_auth_subject: usr_root", "X-Auth-Subject: usr_root"),
    ("X-Auth-Subject: usr_root", "X-Auth-Subject: usr_admin"),
    ("X-Auth-Subject:usr_root", "X-Auth-Level:aal3", "X-Auth-Methods:hwk", "X-Auth-Anything: 1"),
    ("X-Auth-Subject: \tusr_root\t",),
    ("X-Auth: usr_root",),
)


@pytest.mark.parametrize("lines", SPOOFED)
def test_case_68_no_spelling_of_an_identity_header_gets_through(
    gateway: Gateway, wire: Wire, lines: tuple[str, ...]
) -> None:
    """The upstream hears each identity header once and from the gateway, or not at all."""
    ours = f"Authorization: Bearer {gateway.token(subject='usr_alice')}"
    for target, subject in (("/things/x", "usr_alice"), ("/public/x", None)):
        assert wire.ask(ME, raw("GET", target, gateway.host, *lines, ours)).status == 200
        heard = gateway.upstream.last()
        assert heard.header("X-Auth-Subject") == subject
        assert not any("usr_root" in value or "usr_admin" in value for _, value in heard.headers)
        assert not any("_" in name for name in heard.names)


@pytest.mark.parametrize(
    "line", ["X-Auth-Subject : usr_root", " X-Auth-Subject: usr_root", "X-Auth-Subject\t: usr_root", ": usr_root"]
)
def test_case_68_a_header_name_that_is_no_token_is_refused(gateway: Gateway, wire: Wire, line: str) -> None:
    """RFC 9112 section 5.1: a blank before the colon is a malformed request."""
    ours = f"Authorization: Bearer {gateway.token()}"
    response = wire.ask(ME, raw("GET", "/things/x", gateway.host, ours, line))
    if response.status == 200:  # an obsolete line fold becomes part of the header before it
        assert gateway.upstream.last().header("X-Auth-Subject") == "usr_alice"
    else:
        assert response.status in {400, 401}
        assert gateway.upstream.heard == []


@pytest.mark.parametrize("line", ["Content_Length: 0", "Transfer_Encoding: chunked", "TRANSFER_ENCODING: identity"])
def test_case_73_framing_in_the_spelling_of_cgi_reaches_no_upstream(gateway: Gateway, wire: Wire, line: str) -> None:
    """A server that takes an underscore for a hyphen would cut the body elsewhere than HAProxy does."""
    ours = f"Authorization: Bearer {gateway.token()}"
    request = raw("POST", "/things/x", gateway.host, ours, line, "Content-Length: 3") + b"abc"
    assert wire.ask(ME, request).status == 200
    heard = gateway.upstream.last()
    assert heard.body == b"abc"
    assert not {"content_length", "transfer_encoding"} & heard.names
    assert heard.header("Content-Length") == "3"


CONNECTIONS = (
    ("Connection: X-Auth-Subject",),
    ("Connection: x-auth-subject, x-auth-level, x-forwarded-for, x-request-id",),
    ("Connection: close, X-Auth-Subject",),
    ("Connection: keep-alive, X-Auth-Subject",),
    ("connection: X-AUTH-SUBJECT",),
    ("Connection: keep-alive", "Connection: X-Auth-Subject"),
    ("Connection: X-Auth-Subject", "Upgrade: something"),
    ("Connection: Upgrade, X-Auth-Subject", "Upgrade: something"),
    ("Proxy-Connection: X-Auth-Subject", "Keep-Alive: X-Auth-Subject"),
)


@pytest.mark.parametrize("lines", CONNECTIONS)
def test_case_69_connection_does_not_take_our_headers_away(
    gateway: Gateway, wire: Wire, lines: tuple[str, ...]
) -> None:
    """RFC 9110 section 7.6.1: what the caller calls hop-by-hop is not ours, nor does it reach the next hop."""
    ours = f"Authorization: Bearer {gateway.token(subject='usr_alice')}"
    assert wire.ask(ME, raw("GET", "/things/x", gateway.host, ours, *lines)).status == 200
    heard = gateway.upstream.last()
    assert heard.header("X-Auth-Subject") == "usr_alice"
    assert heard.header("X-Auth-Level") == "aal2"
    assert heard.header("X-Forwarded-For") == ME
    assert heard.header("X-Request-Id")
    assert "x-auth" not in (heard.header("Connection") or "").lower()


ADDRESS_HEADERS = (
    ("X-Forwarded-For: 10.0.0.1",),
    ("X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: 10.0.0.2"),
    ("X-Forwarded-For: 10.0.0.1, 10.0.0.2",),
    ("X-Real-Ip: 10.0.0.1", "X-Client-Ip: 10.0.0.1", "True-Client-Ip: 10.0.0.1"),
    ("Forwarded: for=10.0.0.1;by=10.0.0.2;host=inside",),
    ("X-Cluster-Client-Ip: 10.0.0.1", "Client-Ip: 10.0.0.1"),
    ("X-Twogate-Address: 10.0.0.1",),
)


@pytest.mark.parametrize("lines", ADDRESS_HEADERS)
def test_case_77_no_header_says_where_a_request_comes_from(
    gateway: Gateway, wire: Wire, lines: tuple[str, ...]
) -> None:
    """A rule for an inner network looks at the connection, and the upstream is told the connection's address."""
    assert wire.ask(ME, raw("GET", "/inside/x", gateway.host, *lines)).status == 403
    assert gateway.upstream.heard == []
    assert wire.ask(ME, raw("GET", "/public/x", gateway.host, *lines)).status == 200
    heard = gateway.upstream.last()
    assert heard.header("X-Forwarded-For") == ME
    assert not any("10.0.0." in value for _, value in heard.headers)


@pytest.mark.parametrize(
    "preface",
    [
        b"PROXY TCP4 10.0.0.1 10.0.0.2 1000 80\r\n",
        b"PROXY TCP4 10.0.0.1 10.0.0.2 1000 80\r\nPROXY TCP4 10.0.0.3 10.0.0.2 1000 80\r\n",
        b"PROXY UNKNOWN\r\n",
        b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x0a\x00\x00\x01\x0a\x00\x00\x02\x03\xe8\x00\x50",
    ],
)
def test_case_77_a_proxy_protocol_header_is_not_believed(gateway: Gateway, wire: Wire, preface: bytes) -> None:
    """Nobody stands before this listener, so the preface is a malformed request."""
    answer = gateway.raw(preface + raw("GET", "/inside/x", gateway.host, "Connection: close"), seconds=2)
    assert b" 200 " not in answer
    assert wire.open == {}
    assert gateway.upstream.heard == []
