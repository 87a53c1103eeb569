"""HAProxy's way to ask: an agent of its Stream Processing Offload Engine, on a port of its own.

Decides that a question is one message with method, target, host, address and header fields, and that its answer is a
handful of variables: ``passed`` and what goes upstream. Anything that is not understood gets no ``passed``, which
HAProxy is set up to take for a no. What the caller hears is asked for at ``/haproxy/refusal``.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from twogate.dataplane.decision.node import DecisionNode
from twogate.rules.forward_auth import spop
from twogate.rules.forward_auth.proxies import HAPROXY, Asked
from twogate.rules.forward_auth.spop import Frame, Kind, SpopError, Value
from twogate.rules.policy.decision import Allowed
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

log = structlog.get_logger(__name__)

MESSAGE = "ask"
_VARIABLES = {
    "X-Auth-Subject": "subject",
    "X-Auth-Level": "level",
    "X-Auth-Methods": "methods",
    "X-Auth-Time": "time",
    "X-Auth-Client": "client",
    "X-Auth-Scope": "scope",
    "X-Request-Id": "request_id",
    "X-Twogate-Target": "target",
    "Authorization": "authorization",
    "Cookie": "cookie",
    "RateLimit": "ratelimit",
}
_NORMAL_END, _BAD_FRAME = 0, 4


class SpoeAgent:
    """Answers HAProxy's questions."""

    def __init__(self, node: DecisionNode, address: str) -> None:
        self._node = node
        self._address = address
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Answer until the block ends.

        Raises:
            OSError: the address is in use.
        """
        host, _, port = self._address.rpartition(":")
        server = await asyncio.start_server(self._serve, host.strip("[]"), int(port))
        try:
            yield
        finally:
            server.close()
            for writer in tuple(self._open):
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while frame := await _next(reader):
                answer = self._answered(frame)
                if answer is None:
                    writer.write(spop.disconnect(_NORMAL_END, "bye"))
                    break
                writer.write(answer)
                await writer.drain()
        except SpopError as error:
            log.warning("spoe_frame_refused", error=str(error))
            writer.write(spop.disconnect(_BAD_FRAME, "not understood"))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()

    def _answered(self, frame: Frame) -> bytes | None:
        """One answer; None after the last words."""
        match frame.kind:
            case Kind.HAPROXY_HELLO:
                return spop.hello(frame)
            case Kind.NOTIFY:
                return spop.acknowledge(frame, self.decide(spop.messages(frame.payload).get(MESSAGE, {})))
            case Kind.HAPROXY_DISCONNECT:
                return None
            case _:
                raise SpopError("a frame that only an agent sends")

    def decide(self, told: dict[str, Value]) -> dict[str, str | bool]:
        """The variables that answer one question."""
        judged = self._node.judge(asked_of(told), HAPROXY)
        if not isinstance(judged.verdict, Allowed):
            return {"passed": False}
        fields = self._node.answer(judged).fields
        return {"passed": True} | {_VARIABLES[name]: value for name, value in fields if name in _VARIABLES}


def asked_of(told: dict[str, Value]) -> Asked | Refused:
    """Read the arguments of a question; one that is missing or of another type refuses it."""
    method, target, host, address, headers = (
        told.get(name) for name in ("method", "target", "host", "address", "headers")
    )
    words = isinstance(method, str) and isinstance(target, str) and isinstance(host, str) and isinstance(address, str)
    if not words or not isinstance(headers, bytes):
        return Refused(Reason.REQUEST_MALFORMED, "HAProxy does not tell all of a request")
    return Asked(str(method), str(target), str(host), str(address), spop.header_fields(headers))


async def _next(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame; None when the other side has closed."""
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
    except asyncio.IncompleteReadError:
        return None
    if length > spop.LONGEST_FRAME:
        raise SpopError("a frame is too long")
    return spop.read_frame(await reader.readexactly(length))
