"""HAProxy's agent: a question is answered with a yes and what goes with it, or with a no."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from suites.agreement.credentials import Credentials
from tests.dataplane.decision.known import HOST

from twogate.dataplane.decision.node import DecisionNode
from twogate.forward_auth.spoe import SpoeAgent, asked_of
from twogate.rules.forward_auth import spop
from twogate.rules.forward_auth.spop import Frame, Kind, Value
from twogate.terms.verdict import Refused

HELLO = b"\x12supported-versions\x08\x032.0\x0emax-frame-size\x03" + spop.integer(16380)


def fields(*pairs: tuple[str, str]) -> bytes:
    """As ``req.hdrs_bin`` has them."""
    parts = [spop.integer(len(part)) + part.encode() for pair in pairs for part in pair]
    return b"".join(parts) + b"\x00\x00"


def told(target: str, /, *pairs: tuple[str, str], **changes: Value) -> dict[str, Value]:
    plain: dict[str, Value] = {
        "method": "GET",
        "target": target,
        "host": HOST,
        "address": "192.0.2.7",
        "headers": fields(*pairs),
    }
    return plain | changes


@pytest.fixture
def agent(node: DecisionNode) -> SpoeAgent:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return SpoeAgent(node, f"127.0.0.1:{port}")


@pytest.fixture
async def line(agent: SpoeAgent) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = agent._address.rpartition(":")
    async with agent.listening():
        reader, writer = await asyncio.open_connection(host, int(port))
        yield reader, writer
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_a_yes_says_who_and_which_path(agent: SpoeAgent, credentials: Credentials) -> None:
    """The normal target; no credential of ours among what goes on."""
    token = credentials.shown["one"][0]
    said = agent.decide(
        told("/v1//orders/7?a=b", ("Authorization", f"Bearer {token}"), ("Cookie", "a=b; twogate-flow=x"))
    )
    assert said["passed"] is True
    assert (said["target"], said["subject"], said["cookie"]) == ("/v1/orders/7?a=b", "usr_one", "a=b")
    assert "authorization" not in said


@pytest.mark.parametrize(
    "change", [{}, {"method": None}, {"target": 7}, {"host": True}, {"address": b"x"}, {"headers": "x"}]
)
async def test_a_no_says_nothing_else(agent: SpoeAgent, change: dict[str, Value]) -> None:
    """Also where HAProxy does not tell all of a request, or tells it otherwise."""
    assert agent.decide(told("/v1/orders/7", **change)) == {"passed": False}
    assert agent.decide({}) == {"passed": False}
    if change:
        assert isinstance(asked_of(told("/public/x", **change)), Refused)


async def test_it_speaks_with_haproxy(line: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
    """Hello, two questions on one connection, goodbye."""
    reader, writer = line
    question = b"\x03ask\x05\x06method\x08\x03GET\x06target\x08\x09/public/x\x04host\x08\x0f" + HOST.encode()
    question += b"\x07address\x06\xc0\x00\x02\x07\x07headers\x09\x02\x00\x00"
    for kind, payload in ((1, HELLO), (3, question), (3, b"\x05other\x00"), (2, b"")):
        writer.write(spop._frame(Kind(kind), 3, 4, payload=payload))
    answers = []
    for _ in range(4):
        length = int.from_bytes(await reader.readexactly(4), "big")
        answers.append(spop.read_frame(await reader.readexactly(length)))
    assert [answer.kind for answer in answers] == [Kind.AGENT_HELLO, Kind.ACK, Kind.ACK, Kind.AGENT_DISCONNECT]
    assert b"passed\x11" in answers[1].payload
    assert answers[2].payload.endswith(b"passed\x01")
    assert await reader.read() == b""


@pytest.mark.parametrize("data", [b"\x00\x00\x00\x02\x03\x00", b"\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_broken_frame_ends_the_connection(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter], data: bytes
) -> None:
    """With last words, and without an answer."""
    reader, writer = line
    writer.write(data)
    said = await reader.read()
    frame = spop.read_frame(said[4:])
    assert isinstance(frame, Frame)
    assert frame.kind is Kind.AGENT_DISCONNECT
