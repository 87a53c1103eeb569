"""Known bypasses by methods and upgrades: no tunnel around the rules, no method but the one on the line."""

import asyncio
from collections.abc import Iterator

import pytest
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Gateway, Heard, echo

ME = "127.0.0.1"
WEBSOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)


async def switch(heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Agree to whatever upgrade is asked for, then echo bytes."""
    upgrade = heard.header("Upgrade")
    if not upgrade:
        await echo(heard, reader, writer)
        return
    accept = "ICX+Yqv66kxgM0FcWaLWlFLwTAI="
    lines = ("HTTP/1.1 101 X", "Connection: Upgrade", f"Upgrade: {upgrade}", f"Sec-WebSocket-Accept: {accept}", "", "")
    writer.write("\r\n".join(lines).encode())
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()


@pytest.fixture
def eager(gateway: Gateway) -> Iterator[Gateway]:
    """The gateway before an upstream that switches protocols whenever it is asked."""
    gateway.upstream.answer = switch
    yield gateway
    gateway.upstream.answer = echo


@pytest.mark.parametrize(
    "request_line",
    [
        "CONNECT 127.0.0.1:{upstream} HTTP/1.1",
        "CONNECT /public/x HTTP/1.1",
        "CONNECT {host} HTTP/1.1",
        "TRACE /public/x HTTP/1.1",
        "TRACK /admin/x HTTP/1.1",
        "trace /public/x HTTP/1.1",
        "Connect /public/x HTTP/1.1",
        "get /public/x HTTP/1.1",
        "GEt /things/x HTTP/1.1",
        "PRI * HTTP/2.0",
    ],
)
def test_case_75_tunnels_and_odd_methods_are_refused(gateway: Gateway, wire: Wire, request_line: str) -> None:
    """CONNECT, TRACE and lower-case spellings never reach the upstream, with or without a credential."""
    line = request_line.replace("{upstream}", str(gateway.upstream.port)).replace("{host}", gateway.host)
    token = gateway.token()
    for more in ("", f"Authorization: Bearer {token}\r\n"):
        answer = gateway.raw(f"{line}\r\nHost: {gateway.host}\r\n{more}Connection: close\r\n\r\n".encode(), seconds=2)
        allowed = {b"400", b"405"} | ({b"401", b"403"} if line.startswith("TRACK") and not more else set())
        if not (line.startswith("TRACK") and more):
            assert answer.split(b" ")[1:2] == [] or answer.split(b" ")[1] in allowed, answer[:100]
            assert gateway.upstream.heard == []
    assert wire.open == {}


OVERRIDES = {"x-http-method-override", "x-http-method", "x-method-override", "x_http_method_override"}


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH"])
@pytest.mark.parametrize(
    "line",
    ["X-Http-Method-Override: GET", "X-HTTP-Method: GET", "X-Method-Override: GET", "x_http_method_override: GET"],
)
def test_case_75_a_method_override_is_ignored_and_removed(gateway: Gateway, wire: Wire, method: str, line: str) -> None:
    """The method on the line decides, and the upstream cannot be told of another."""
    weak = f"Authorization: Bearer {gateway.token(rank=1, factors=1)}"
    assert wire.ask(ME, raw("DELETE", "/things/x?_method=GET", gateway.host, weak, line)).status == 401
    assert gateway.upstream.heard == []
    assert (
        wire.ask(ME, raw(method, "/things/x", gateway.host, f"Authorization: Bearer {gateway.token()}", line)).status
        == 200
    )
    assert not OVERRIDES & gateway.upstream.last().names
    deleting = line.replace("GET", "DELETE")
    assert wire.ask(ME, raw("POST", "/things/x", gateway.host, weak, deleting)).status == 200
    assert not OVERRIDES & gateway.upstream.last().names


@pytest.mark.parametrize(
    "lines",
    [
        ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
        ("Connection: Upgrade", "Upgrade: H2C"),
        ("Connection: Upgrade", "Upgrade: h2c, something"),
        ("Connection: Upgrade", "Upgrade: something, h2c"),
        ("Connection: upgrade", "Upgrade: h2"),
        ("Connection: Upgrade", "Upgrade: something", "Upgrade: h2c"),
        ("Upgrade: h2c",),
    ],
)
def test_case_75_http2_in_clear_is_never_offered_to_the_upstream(
    eager: Gateway, wire: Wire, lines: tuple[str, ...]
) -> None:
    """A tunnel of HTTP/2 through one allowed request would carry others past the rules."""
    eager.raw(raw("GET", "/public/x", eager.host, *lines), seconds=0.5)
    for heard in eager.upstream.heard:
        assert "h2" not in (heard.header("Upgrade") or "").lower()
        assert "http2-settings" not in heard.names or "upgrade" not in heard.names
    assert wire.open == {}


def test_case_75_a_websocket_is_judged_when_it_opens(eager: Gateway, wire: Wire) -> None:
    """Without a credential it is refused; with one it opens, and bytes flow both ways."""
    refused = eager.raw(raw("GET", "/things/socket", eager.host, *WEBSOCKET, "Origin: https://evil.test"), seconds=1)
    assert refused.startswith(b"HTTP/1.1 401")
    assert eager.upstream.heard == []
    ours = f"Authorization: Bearer {eager.token(subject='usr_alice')}"
    opened = eager.raw(raw("GET", "/things/socket", eager.host, *WEBSOCKET, ours) + b"hello", seconds=1)
    assert opened.startswith(b"HTTP/1.1 101")
    assert opened.endswith(b"hello")
    assert eager.upstream.last().header("X-Auth-Subject") == "usr_alice"
    assert wire.open == {}


def test_case_75_a_refused_upgrade_leaves_no_tunnel(eager: Gateway, wire: Wire) -> None:
    """What follows on the same connection is judged like any other request."""
    second = raw("GET", "/admin/x", eager.host, "Connection: close")
    answer = eager.raw(raw("GET", "/things/socket", eager.host, *WEBSOCKET) + second, seconds=2)
    assert answer.count(b"HTTP/1.1 401") >= 1
    assert b" 101 " not in answer
    assert b" 200 " not in answer
    assert eager.upstream.heard == []
    assert wire.open == {}


@pytest.mark.parametrize("origin", ["https://app.example.test", "https://evil.test", "null"])
@pytest.mark.parametrize("target", ["/admin/x", "/things/x", "/public/x", "/elsewhere"])
def test_case_75_a_preflight_is_never_forwarded(gateway: Gateway, wire: Wire, origin: str, target: str) -> None:
    """The gateway answers it, with CORS headers for the origins of the policy alone."""
    lines = (f"Origin: {origin}", "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: x-a")
    response = wire.ask(ME, raw("OPTIONS", target, gateway.host, *lines))
    assert response.status == 204
    known = origin == "https://app.example.test"
    assert response.headers.get("access-control-allow-origin") == (origin if known else None)
    assert gateway.upstream.heard == []


@pytest.mark.parametrize(
    "lines",
    [(), ("Origin: https://app.example.test",), ("Access-Control-Request-Method: DELETE",)],
)
def test_case_75_any_other_options_needs_what_its_rule_needs(
    gateway: Gateway, wire: Wire, lines: tuple[str, ...]
) -> None:
    """OPTIONS is no way around a credential."""
    assert wire.ask(ME, raw("OPTIONS", "/things/x", gateway.host, *lines)).status == 401
    assert gateway.upstream.heard == []


def test_case_75_answers_on_one_connection_stay_in_order(gateway: Gateway, wire: Wire) -> None:
    """Refusals and passes on one connection, sent at once: each request gets its own answer and nobody else's."""
    token = gateway.token(subject="usr_alice")
    requests = b"".join(
        (
            raw("GET", "/admin/x", gateway.host),
            raw("GET", "/public/1", gateway.host),
            raw("GET", "/things/x%2f", gateway.host),
            raw("GET", "/things/2", gateway.host, f"Authorization: Bearer {token}"),
            raw("HEAD", "/things/x", gateway.host),
            raw("GET", "/elsewhere", gateway.host, "Connection: close"),
        ),
    )
    answer = gateway.raw(requests, seconds=3)
    statuses = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"401", b"200", b"400", b"200", b"401", b"403"]
    assert [heard.target for heard in gateway.upstream.heard] == ["/public/1", "/things/2"]
    assert wire.open == {}
