"""Attacks on the seam between gateway and control plane: internal paths, vouched-for headers, fields after a body."""

import pytest
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Server
from suites.running import Gate

pytestmark = pytest.mark.xdist_group("attack")  # one running product for all tests of this folder
ME = "127.0.0.1"
SPOOFED = "203.0.113.66"


def _host(gate: Gate) -> str:
    return gate.url.partition("://")[2]


@pytest.mark.parametrize(
    "target",
    [
        *("/.twogate/renew", "/.twogate/renew/", "/.twogate/./renew", "//.twogate//renew", "/x/../.twogate/renew"),
        *("/%2Etwogate/rene%77", "/.twogate/renew?a", "/.twogate/oauth2/../renew"),
    ],
)
def test_nobody_reaches_the_renewal_by_its_path(gate: Gate, wire: Wire, target: str) -> None:
    """Only an expired cookie leads there, whatever a caller says about where they wanted to go."""
    lines = ("X-Twogate-Original-Uri: /vault/gold", "X_Twogate_Original_Uri: /vault/gold")
    response = wire.ask(ME, raw("GET", target, _host(gate), *lines))
    assert response.status == 403
    assert b"no_rule" in response.body


@pytest.mark.parametrize("kind", ["", "tg_edge_" + "A" * 43, "tg_pat_" + "A" * 43, "person"])
def test_the_edges_feed_is_for_edge_keys(gate: Gate, wire: Wire, api_token: str, kind: str) -> None:
    """No other kind of token, and no guess, reads the feed through the public door."""
    token = api_token if kind == "person" else kind
    lines = (f"Authorization: Bearer {token}",) if token else ()
    for path in ("snapshot", "snapshot?part=configuration", "changes?after=0"):
        response = wire.ask(ME, raw("GET", f"/.twogate/edge/{path}", _host(gate), *lines))
        assert response.status == 401
        assert b"public_url" not in response.body


def test_an_edge_key_is_no_credential_for_the_api(gate: Gate, wire: Wire) -> None:
    """The key of this very edge opens no endpoint, as a bearer token or as a cookie."""
    key = (gate.data / "edge.key").read_text().strip()
    for line in (f"Authorization: Bearer {key}", f"Cookie: twogate={key}"):
        assert wire.ask(ME, raw("GET", "/orders", _host(gate), line)).status == 401


def test_case_77_no_caller_chooses_the_address_that_is_written_down(gate: Gate, wire: Wire) -> None:
    """Neither a header nor a field after the body changes whose budget is used and what the audit log says."""
    body = "grant_type=client_credentials&client_id=nobody&client_secret=wrong"
    spoof = f"X-Twogate-Address: {SPOOFED}"
    head = raw(
        *("POST", "/.twogate/oauth2/token", _host(gate), spoof, spoof.replace("-", "_"), f"X-Real-IP: {SPOOFED}"),
        *(
            "Content-Type: application/x-www-form-urlencoded",
            "Transfer-Encoding: chunked",
            "Connection: X-Twogate-Address",
        ),
    )
    trailers = f"{spoof}\r\nX-Twogate-Request-Id: mine\r\nAuthorization: Basic eDp5\r\n"
    response = wire.ask(ME, head + f"{len(body):x}\r\n{body}\r\n0\r\n{trailers}\r\n".encode())
    assert response.status == 401
    assert b'"mine"' not in response.body
    listed = gate.run("audit", "list", "--json")
    assert SPOOFED not in listed.out
    assert SPOOFED not in gate.told


def test_no_cookie_of_ours_reaches_the_upstream_behind_a_comma(gate: Gate, wire: Wire, upstream: Server) -> None:
    """HAProxy parts cookies at commas too, so what it may read as ours is taken out there as well."""
    for text in (
        "a=b, twogate=SECRET; c=d",
        "a=b,twogate-session=SECRET",
        'a="x, twogate=SECRET", twogate-flow=SECRET',
    ):
        assert wire.ask(ME, raw("GET", "/open/x", _host(gate), f"Cookie: {text}")).status == 200
        assert "SECRET" not in (upstream.last().header("cookie") or "")


@pytest.mark.parametrize(
    "target",
    [
        *(
            "/OPEN/x",
            "/Open/x",
            "/open/../vault/x",
            "/open/%2e%2e/vault/x",
            "/open/..%2fvault",
            "/open/%252e%252e/vault",
        ),
        *("/open%2fx", "/open;/x", "/open\\x", "/openx", "/vault/../vault/open/x", "/%6fpe%6E/../x", "/open/.%2e/x"),
    ],
)
def test_an_open_tree_opens_nothing_beside_it(gate: Gate, wire: Wire, upstream: Server, target: str) -> None:
    """No spelling of a guarded path is taken for one of the tree that needs nobody; case counts."""
    upstream.heard.clear()
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        request = raw(method, target, _host(gate), "X-HTTP-Method-Override: GET", "Content-Length: 0")
        assert wire.ask(ME, request, head=method == "HEAD").status in {400, 401}, method
    assert upstream.heard == []
