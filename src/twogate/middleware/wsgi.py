"""WSGI middleware: the policy's verdict before the application, in the same process (PEP 3333).

Decides how a request is read from ``environ``: the path is the one that the application will see, decoded by the
server, so what it cannot tell apart we do not tell apart either. The node lives in a thread of its own, one for each
process: ``start`` is called after a server has forked its workers, at the first request at the latest.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from twogate.dataplane.decision.control_door import Caller
from twogate.dataplane.decision.judge import Judged
from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.faults import ControlUnavailableError
from twogate.forward_auth.control_paths import unavailable
from twogate.middleware.hand_over import facts_of, is_ours_to_say, path_of, request_fields, response_fields, sets_ours
from twogate.rules.forward_auth.answers import Answer
from twogate.rules.forward_auth.proxies import WITHIN, Asked
from twogate.rules.policy.decision import ForControlPlane
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

Environ = MutableMapping[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_IN_A_PATH = "/:@!$&'()*+,=~"
_PATIENCE = 80.0
_LARGEST = 1 << 20  # bytes of a request for Twogate's own paths


class TwogateMiddleware:
    """The application behind a gateway that is part of it."""

    def __init__(self, app: Application, node: DecisionNode) -> None:
        self._app = app
        self._node = node
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.start()
        judged = self._node.judge(asked_of(environ), WITHIN)
        if path_of(judged) is not None:
            return self._app(*self._within(environ, start_response, judged))
        if isinstance(judged.verdict, ForControlPlane):
            answer = self._wait(_carried(self._node, judged, environ))
        else:
            answer = self._wait(self._node.answer_in_full(judged))
        phrase = HTTPStatus(answer.status).phrase
        start_response(f"{answer.status} {phrase}", [*answer.fields, ("Content-Length", str(len(answer.body)))])
        return [answer.body]

    def start(self) -> None:
        """Begin to follow the control plane, once for each process."""
        with self._lock:
            if self._thread is None:
                begun = threading.Event()
                self._thread = threading.Thread(target=self._live, args=(begun,), daemon=True, name="twogate")
                self._thread.start()
                begun.wait(_PATIENCE)

    def stop(self) -> None:
        """End the node's thread."""
        if self._loop and self._stop and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_PATIENCE)

    def _live(self, begun: threading.Event) -> None:
        async def live() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            async with self._node.running():
                await self._node.begun(seconds=5.0)
                begun.set()
                await self._stop.wait()

        asyncio.run(live())

    def _wait(self, work: Any) -> Answer:
        if self._loop is None:
            raise RuntimeError("the node has not begun")
        found: Answer = asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)
        return found

    def _within(self, environ: Environ, start_response: StartResponse, judged: Judged) -> tuple[Environ, StartResponse]:
        """What the application sees, and what is made of its answer."""
        answer = self._node.answer(judged)
        kept = {key: value for key, value in environ.items() if not key.startswith("HTTP_")}
        kept |= {_key(name): value.decode("latin-1") for name, value in request_fields(_headers(environ), answer)}
        for key in ("RAW_URI", "REQUEST_URI"):
            kept.pop(key, None)
        kept["PATH_INFO"] = _path_info(environ, judged)
        kept["twogate"] = facts_of(judged)

        def begin(status: str, fields: list[tuple[str, str]], *rest: Any) -> Any:
            own = [(n, v) for n, v in fields if n.lower() != "set-cookie" or not sets_ours(v)]
            return start_response(status, own + response_fields(answer), *rest)

        return kept, begin


def asked_of(environ: Environ) -> Asked | Refused:
    """Read a request; a path that leaves the application's own root is refused."""
    address, host = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_HOST", "")
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    target = quote(path.encode("latin-1"), safe=_IN_A_PATH) + (f"?{query}" if query else "")
    if ".." in path.split("/") and environ.get("SCRIPT_NAME"):
        return Refused(Reason.PATH_AMBIGUOUS, "dot segments below a prefix")
    return Asked(environ["REQUEST_METHOD"], target, host, address, _headers(environ))


def _headers(environ: Environ) -> list[tuple[bytes, bytes]]:
    found = [
        (key[5:].replace("_", "-").lower().encode("latin-1"), value.encode("latin-1"))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    plain = (("CONTENT_TYPE", b"content-type"), ("CONTENT_LENGTH", b"content-length"))
    found += [(name, environ[key].encode("latin-1")) for key, name in plain if environ.get(key)]
    return found


def _key(name: bytes) -> str:
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"


def _path_info(environ: Environ, judged: Judged) -> str:
    path = path_of(judged)
    decoded = unquote_to_bytes(path.path).decode("latin-1") if path else ""
    return decoded.removeprefix(environ.get("SCRIPT_NAME", ""))


async def _carried(node: DecisionNode, judged: Judged, environ: Environ) -> Answer:
    """Ask the control plane for one of Twogate's own paths."""
    asked = judged.asked
    if asked is None:
        raise TypeError("only what was read is carried")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > _LARGEST:
        return Answer(413, ())
    given = await asyncio.to_thread(environ["wsgi.input"].read, length) if length else b""
    headers = [pair for pair in asked.headers if not is_ours_to_say(pair[0].decode("latin-1"))]
    caller = Caller(asked.method, asked.host, asked.address, judged.request_id, headers)
    status, fields, body = 502, list[tuple[str, str]](), bytearray()

    async def once() -> AsyncIterator[bytes]:
        yield given

    async def begin(answered: int, told: list[tuple[bytes, bytes]]) -> None:
        nonlocal status
        status = answered
        fields.extend((n.decode(), v.decode("latin-1")) for n, v in told if n not in {b"content-length", b"date"})

    async def part(chunk: bytes) -> None:
        body.extend(chunk)

    try:
        await node.control.forward(caller, asked.target.encode("latin-1"), once(), begin=begin, part=part)
    except ControlUnavailableError:
        return unavailable(judged)
    return Answer(status, tuple(fields), bytes(body))
