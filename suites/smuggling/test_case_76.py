"""What stands behind the gateway is dead, slow or talks nonsense: the answer is a 5xx in time, never a pass."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from suites.gateway.rig import Answer, Gateway, Heard, Reply, echo, running
from suites.smuggling.conftest import RULES

IN_TIME = 2.0
A_SLOW_RENEWAL = 4.0
DEAD = "127.0.0.1:9"


def garbage(data: bytes) -> Answer:
    """A server that answers with these bytes and hangs up."""

    async def answer(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return answer


async def silence(_heard: Heard, _reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing for as long as anybody waits."""
    await asyncio.sleep(60)


NONSENSE = {
    "nothing": b"",
    "no HTTP": b"\x00\x01\x02garbage\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nX-Auth-Subject: usr_root",
    "a bad field": b"HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "an endless head": b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
}


@contextmanager
def answering(gateway: Gateway, answer: Answer) -> Iterator[None]:
    """Let the control plane answer like this for a while."""
    gateway.control.answer = answer
    try:
        yield
    finally:
        gateway.control.answer = echo


def renewal(gateway: Gateway) -> Reply:
    """Ask with a cookie that was good until a minute ago."""
    now = int(time.time())  # noqa: TID251  # the real gateway reads the real clock
    token = gateway.token(expires=now - 60, not_before=now - 400)
    return gateway.ask("POST", "/things/x", body=b"abc", Cookie=f"twogate={token}")


def check_closed(gateway: Gateway, reply: Reply, reason: str) -> None:
    """A 5xx problem document with this reason, and the upstream heard nothing."""
    assert 500 <= reply.status < 600
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.json["reason"] == reason
    assert reply.json["request_id"] == reply.rid
    assert gateway.upstream.heard == []


@pytest.mark.parametrize("kind", NONSENSE)
def test_case_76_a_control_plane_that_talks_nonsense_lets_nobody_in(clean: Gateway, kind: str) -> None:
    """A renewal that cannot be read is a renewal that did not happen."""
    start = time.monotonic()
    with answering(clean, garbage(NONSENSE[kind])):
        check_closed(clean, renewal(clean), "control_unavailable")
    assert time.monotonic() - start < IN_TIME


def test_case_76_a_slow_control_plane_is_not_waited_for(clean: Gateway) -> None:
    """Somebody's request waits behind a renewal, so it ends soon and with a reason."""
    start = time.monotonic()
    with answering(clean, silence):
        check_closed(clean, renewal(clean), "control_unavailable")
    assert time.monotonic() - start < A_SLOW_RENEWAL


def test_case_76_a_control_plane_that_says_yes_opens_nothing(clean: Gateway) -> None:
    """Its answer to a renewal goes to the caller as it is; the request is not passed on because of it."""
    with answering(clean, garbage(b"HTTP/1.1 200 OK\r\nX-Auth-Subject: usr_root\r\nContent-Length: 2\r\n\r\nok")):
        assert renewal(clean).body == b"ok"
    assert clean.upstream.heard == []


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway whose upstream and whose control plane are both away."""
    text = 'public_url = "http://127.0.0.1:{port}"\n' + RULES.replace("127.0.0.1:{upstream}", DEAD)
    folder = tmp_path_factory.mktemp("gw")
    with running(folder, text, control_socket=str(folder / "nobody.sock")) as started:
        yield started


def test_case_76_a_dead_control_plane_lets_nobody_in(lonely: Gateway) -> None:
    """Renewals and sign-ins are refused at once and by their own reason."""
    for ask in (renewal, lambda gateway: gateway.ask("GET", "/.twogate/sign-in")):
        start = time.monotonic()
        check_closed(lonely, ask(lonely), "control_unavailable")
        assert time.monotonic() - start < IN_TIME


@pytest.mark.parametrize("target", ["/things/x", "/public/x"])
def test_case_76_a_dead_upstream_is_told_in_time(lonely: Gateway, target: str) -> None:
    """Whoever may pass hears that there is nobody to pass to."""
    start = time.monotonic()
    reply = lonely.ask("GET", target, Authorization=f"Bearer {lonely.token()}")
    check_closed(lonely, reply, "upstream_unreachable")
    assert time.monotonic() - start < IN_TIME


@pytest.mark.parametrize("credential", ["", "Bearer x", "Bearer a.b.c", "Bearer tg_pat_x"])
def test_case_76_nobody_passes_because_everything_is_away(lonely: Gateway, credential: str) -> None:
    """What is refused when all is well is refused in the same way when nothing is."""
    reply = lonely.ask("GET", "/things/x", **({"Authorization": credential} if credential else {}))
    assert reply.status == 401
    assert reply.json["reason"] == ("token_invalid" if credential else "credential_missing")


@pytest.mark.parametrize("kind", NONSENSE)
def test_case_76_an_upstream_that_talks_nonsense_is_told_as_such(clean: Gateway, kind: str) -> None:
    """Nothing of what it said reaches the caller."""
    clean.upstream.answer = garbage(NONSENSE[kind])
    try:
        reply = clean.ask("POST", "/things/x", body=b"abc", Authorization=f"Bearer {clean.token()}")
    finally:
        clean.upstream.answer = echo
    assert reply.status == 502
    assert reply.json["reason"] == "upstream_unreachable"
    assert reply.json["request_id"] == reply.rid
