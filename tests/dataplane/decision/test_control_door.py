"""What the control plane hears of a caller behind a foreign proxy, and what comes back."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from suites.gateway.rig import Heard, Server, send
from tests.dataplane.decision.known import HOST, headers

from twogate.dataplane.decision.control_door import Caller, ControlDoor, told
from twogate.dataplane.faults import ControlUnavailableError

LIES = headers(
    "X-Twogate-Address: 6.6.6.6",
    "X-Twogate-Certificate: forged",
    "X_Twogate_Certificate: forged",
    "X-Forwarded-For: 6.6.6.6",
    "X-Auth-Subject: usr_root",
    "Connection: keep-alive, X-Twogate-Address",
    "Transfer-Encoding: chunked",
    "Host: evil.example",
    "Cookie: twogate-session=s",
    "Accept: text/html",
)


def caller(method: str = "GET", given: list[tuple[bytes, bytes]] | None = None) -> Caller:
    return Caller(method, HOST, "192.0.2.7", "rid-1", LIES if given is None else given)


@pytest.fixture
def control(short_dir: Path) -> Iterator[Server]:
    with Server(path=short_dir / "control.sock") as server:
        yield server


@pytest.fixture
async def door(control: Server) -> AsyncIterator[ControlDoor]:
    made = ControlDoor("http://control", unix_socket=control.path)
    yield made
    await made.close()


def test_only_what_the_node_vouches_for_is_told() -> None:
    """Address and id are ours, the host is the proxy's, a certificate is nobody's; cookies and preferences stay."""
    assert sorted(told(caller())) == sorted(
        headers(
            f"host: {HOST}",
            "cookie: twogate-session=s",
            "accept: text/html",
            "x-twogate-address: 192.0.2.7",
            "x-twogate-request-id: rid-1",
        )
    )


async def test_a_renewal_is_asked_for_with_the_callers_method(control: Server, door: ControlDoor) -> None:
    """The path it wanted goes in the header that only a gateway may write; the answer comes back whole."""

    async def renewed(_heard: Heard, _reader: Any, writer: Any) -> None:
        fields = [("Location", "/v1/x"), ("Set-Cookie", "twogate=a"), ("Set-Cookie", "twogate-session=b")]
        await send(writer, 307, b"", fields)

    control.answer = renewed
    for _ in range(2):
        answer = await door.renew(caller("DELETE"), "/v1/x?y=z")
        assert answer.status == 307
        assert [value for name, value in answer.fields if name == "set-cookie"] == ["twogate=a", "twogate-session=b"]
    heard = control.last()
    assert heard.line == "DELETE /.twogate/renew HTTP/1.1"
    assert heard.header("X-Twogate-Original-Uri") == "/v1/x?y=z"
    assert heard.header("X-Twogate-Address") == "192.0.2.7"
    assert heard.header("X-Twogate-Certificate") is None
    assert heard.header("Cookie") == "twogate-session=s"  # and none that another answer has set


@pytest.mark.parametrize("status", [200, 204, 101])
async def test_an_answer_that_a_proxy_would_take_for_a_yes_is_none(
    control: Server, door: ControlDoor, status: int
) -> None:
    """A control plane that says 2xx to a renewal lets nobody through."""

    async def yes(_heard: Heard, _reader: Any, writer: Any) -> None:
        await send(writer, status)

    control.answer = yes
    with pytest.raises(ControlUnavailableError):
        await door.renew(caller(), "/v1/x")


async def test_a_control_plane_that_is_away_or_endless_is_told(control: Server, door: ControlDoor) -> None:
    """Nobody there, or an answer without end."""

    async def endless(_heard: Heard, _reader: Any, writer: Any) -> None:
        await send(writer, 307, b"x" * 100_000)

    control.answer = endless
    with pytest.raises(ControlUnavailableError):
        await door.renew(caller(), "/v1/x")
    control.stop()
    with pytest.raises(ControlUnavailableError):
        await door.renew(caller(), "/v1/x")


async def test_a_page_is_carried_piece_by_piece(control: Server, door: ControlDoor) -> None:
    """Method, target, body and every Set-Cookie; nothing that belongs to one connection."""
    begun: list[tuple[int, list[tuple[bytes, bytes]]]] = []
    parts: list[bytes] = []

    async def begin(status: int, fields: list[tuple[bytes, bytes]]) -> None:
        begun.append((status, fields))

    async def part(chunk: bytes) -> None:
        parts.append(chunk)

    async def body() -> AsyncIterator[bytes]:
        yield b"name="
        yield b"alice"

    given = headers("Content-Length: 10", "Content-Type: application/x-www-form-urlencoded", "Connection: close")
    await door.forward(caller("POST", given), b"/.twogate/sign-in?a=%2F", body(), begin=begin, part=part)
    heard = control.last()
    assert heard.line == "POST /.twogate/sign-in?a=%2F HTTP/1.1"
    assert heard.body == b"name=alice"
    assert begun[0][0] == 200
    assert b"connection" not in dict(begun[0][1])
    assert b'"length": 10' in b"".join(parts)


async def test_an_answer_that_breaks_off_is_told(control: Server, door: ControlDoor) -> None:
    """Half an answer is a fault of the control plane's."""

    async def half(_heard: Heard, _reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    async def nothing(*_: Any) -> None:
        return None

    async def body() -> AsyncIterator[bytes]:
        yield b""

    control.answer = half
    with contextlib.suppress(ConnectionError), pytest.raises(ControlUnavailableError):
        await door.forward(caller(), b"/.twogate/x", body(), begin=nothing, part=nothing)
