"""Every refusal and every fault carries the request's id and its own reason, in the form the caller reads."""

from collections.abc import Iterator

import pytest
from suites.gateway.conftest import POLICY
from suites.gateway.rig import Gateway, Reply, bearer, running

REFUSALS = (
    ("GET", "/things/%2fx", 400, "path_ambiguous"),
    ("GET", "/things/a;b", 400, "path_ambiguous"),
    ("GET", "/things/%252e", 400, "path_ambiguous"),
    ("GET", "/nowhere", 403, "no_rule"),
    ("TRACE", "/public/x", 405, "method_refused"),
    ("get", "/public/x", 405, "method_refused"),
    ("GET", "/dead/x", 503, "upstream_unreachable"),
)


def check_problem(reply: Reply, status: int, reason: str) -> None:
    """RFC 9457, with the reason and the id that the log knows too."""
    assert (reply.status, reply.json["status"]) == (status, status)
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.json["reason"] == reason
    assert reply.json["request_id"] == reply.rid != ""
    assert reply.json["title"]
    assert reply.json["detail"].endswith((".", "not."))


@pytest.mark.parametrize(("method", "target", "status", "reason"), REFUSALS)
def test_a_refusal_is_a_problem_document(
    gateway: Gateway, method: str, target: str, status: int, *, reason: str
) -> None:
    """Status, reason and id agree with one another and with the access log."""
    reply = gateway.ask(method, target)
    check_problem(reply, status, reason)
    assert gateway.log.line(reply.rid)["rid"] == reply.rid


@pytest.mark.parametrize(("target", "status"), [("/things/%2fx", 400), ("/nowhere", 403)])
def test_a_browser_gets_a_page_with_the_same_id(gateway: Gateway, target: str, status: int) -> None:
    """It holds no script and nothing that the caller sent."""
    reply = gateway.ask("GET", target, Sec_Fetch_Mode="navigate", Accept="text/html")
    assert reply.status == status
    assert (reply.header("Content-Type") or "").startswith("text/html")
    assert reply.rid.encode() in reply.body
    assert b"<script" not in reply.body
    assert target.encode() not in reply.body


def test_the_wrong_host_is_told_as_such(gateway: Gateway) -> None:
    """A request for somebody else is not answered as if it were for us."""
    check_problem(gateway.ask("GET", "/public/x", Host="elsewhere.test"), 400, "host_mismatch")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /public/x HTTP/1.1\r\nHost: {host}\r\nbroken\r\n\r\n", 400),
        (b"POST /public/x HTTP/1.1\r\nHost: {host}\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /public/x HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: identity, chunked\r\n\r\n", 422),
    ],
)
def test_what_the_parser_refuses_is_refused_at_once(gateway: Gateway, head: bytes, status: int) -> None:
    """HAProxy writes these itself, before there is a request that could have an id; they name no product."""
    answer = gateway.raw(head.replace(b"{host}", gateway.host.encode()))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"haproxy" not in answer.lower()
    assert gateway.upstream.heard == []


def test_a_head_that_leaves_no_room_for_ours_is_refused(gateway: Gateway) -> None:
    """Whatever the size: it passes whole, or a 4xx or 5xx says that it did not."""
    for size in range(13_000, 17_000, 250):
        reply = gateway.ask("GET", "/things/x", X_Long="y" * size, **bearer(gateway.token()))
        assert reply.status == 200 or 400 <= reply.status < 600
        if reply.status == 200:
            assert gateway.upstream.last().header("X-Auth-Subject") == "usr_alice"
            assert len(gateway.upstream.last().header("X-Long") or "") == size


@pytest.fixture(scope="module")
def stale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that has been out of touch for too long, and whose control plane is away."""
    folder = tmp_path_factory.mktemp("gw")
    with running(folder, POLICY, stale=True, control_socket=str(folder / "nobody.sock")) as started:
        yield started


def test_a_stale_gateway_says_so(stale: Gateway) -> None:
    """Who needs a credential hears 503 and when to come again; what needs none goes on."""
    for headers in ({}, bearer(stale.token())):
        reply = stale.ask("GET", "/things/x", **headers)
        check_problem(reply, 503, "gateway_stale")
        assert reply.header("Retry-After")
    assert stale.upstream.heard == []
    assert stale.ask("GET", "/public/x").status == 200


def test_an_absent_control_plane_is_told_by_its_own_reason(stale: Gateway) -> None:
    """Nobody takes it for the API being down."""
    for target in ("/.twogate/sign-in", "/.well-known/oauth-protected-resource"):
        reply = stale.ask("GET", target)
        check_problem(reply, 503, "control_unavailable")
        assert reply.header("Retry-After")
