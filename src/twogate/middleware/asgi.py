"""ASGI middleware: the policy's verdict before the application, in the same process.

Decides where the request is read: from the server's own scope, never from what a caller claims in header fields. The
application sees the path that was judged, ``X-Auth-*``, and nothing of ours. Refusals, renewals and Twogate's own
pages are answered here. It stands before every other middleware.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from twogate.dataplane.decision.judge import Judged
from twogate.dataplane.decision.node import DecisionNode
from twogate.forward_auth.asgi import Receive, Scope, Send, say
from twogate.forward_auth.control_paths import carry, target_of
from twogate.middleware.hand_over import facts_of, path_of, request_fields, response_fields, sets_ours
from twogate.rules.forward_auth.proxies import WITHIN, Asked
from twogate.rules.policy.decision import ForControlPlane
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

JUDGED = "twogate.judged"
"""Where the verdict stands in the scope, for ``middleware.fastapi``."""

_POLICY_VIOLATION = 1008


class TwogateMiddleware:
    """The application behind a gateway that is part of it."""

    def __init__(self, app: Application, node: DecisionNode) -> None:
        self._app = app
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            async with self._node.running():
                await self._app(scope, receive, send)
            return
        scope = {**scope, "raw_path": scope.get("raw_path") or quote(scope["path"], safe="/%:@!$&'()*+,=").encode()}
        judged = self._node.judge(asked_of(scope), WITHIN)
        if path_of(judged) is not None:
            await self._app(_within(scope, judged, self._node), receive, _watched(send, judged, self._node))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})  # the server answers 403
        elif isinstance(judged.verdict, ForControlPlane):
            await carry(self._node, judged, scope, receive=receive, send=send)
        else:
            await say(await self._node.answer_in_full(judged), send)


def asked_of(scope: Scope) -> Asked | Refused:
    """Read a request from a server's scope."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not scope.get("client"):
        return Refused(Reason.REQUEST_MALFORMED, "no single host, or no address of the caller")
    target = target_of(scope).decode("latin-1")
    method = scope.get("method", "GET")  # a WebSocket begins with GET (RFC 6455 section 4.1)
    return Asked(method, target, hosts[0].decode("latin-1"), scope["client"][0], scope["headers"])


def _within(scope: Scope, judged: Judged, node: DecisionNode) -> Scope:
    """The scope that the application sees."""
    path = path_of(judged)
    if path is None:
        raise TypeError("only what passed goes on")
    return {
        **scope,
        "path": unquote(path.path),
        "raw_path": path.path.encode("latin-1"),
        "headers": request_fields(scope["headers"], node.answer(judged)),
        JUDGED: judged,
        "twogate": facts_of(judged),
    }


def _watched(send: Send, judged: Judged, node: DecisionNode) -> Send:
    """Take our cookies out of the application's answer and add what the caller is told."""
    more = [(name.lower().encode(), value.encode()) for name, value in response_fields(node.answer(judged))]

    async def watched(message: MutableMapping[str, Any]) -> None:
        if message["type"] in {"http.response.start", "websocket.accept"}:
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if name.lower() != b"set-cookie" or not sets_ours(value.decode("latin-1"))
            ]
            message = {**message, "headers": [*kept, *more]}
        await send(message)

    return watched
