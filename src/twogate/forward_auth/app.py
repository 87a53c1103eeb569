"""Forward authentication as a plain ASGI application: one question, one answer, nothing in between.

Decides which path is which proxy's question, and in which form its answer is given. Only the proxy may reach this door:
whoever does can name any caller's address. Which verdict it is comes from ``dataplane.decision``.

    /nginx  /traefik  /caddy      the caller's request is told in X-Forwarded-* fields
    /nginx/refusal                nginx only: what to tell the caller, after a 403
    /haproxy/refusal              HAProxy: likewise, after a no from ``forward_auth.spoe``
    /envoy/...                    Envoy's ext_authz: the caller's own path follows
    .../rewriting                 behind the name: the proxy sends X-Twogate-Target upstream
    /.twogate/...                 Twogate's own pages and endpoints, for the control plane
"""

import contextlib
import json

from twogate.dataplane.decision.judge import Judged
from twogate.dataplane.decision.node import DecisionNode
from twogate.forward_auth.asgi import Receive, Scope, Send, say
from twogate.forward_auth.control_paths import carry, target_of
from twogate.forward_auth.spoe import SpoeAgent
from twogate.rules.forward_auth import answers
from twogate.rules.forward_auth.answers import Answer, Asker
from twogate.rules.forward_auth.proxies import (
    CADDY,
    CONTROL,
    ENVOY,
    HAPROXY,
    NGINX,
    TRAEFIK,
    Asked,
    Proxy,
    asked_in_fields,
    asked_in_line,
)
from twogate.rules.policy.decision import Allowed
from twogate.rules.policy.evaluate import CONTROL_PREFIX, WELL_KNOWN
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_OURS = f"/{CONTROL_PREFIX}/".encode()
_WELL_KNOWN = frozenset(path.encode() for path in WELL_KNOWN)
_ENVOY = b"/envoy"
_REFUSED = 403
_CREDENTIALS = ("Authorization", "Cookie")


class ForwardAuth:
    """The application. It lives as long as its server: the node follows the feed meanwhile."""

    def __init__(self, node: DecisionNode, *, spoe: str | None = None) -> None:
        self._node = node
        self._agent = SpoeAgent(node, spoe) if spoe else None
        self._asks: dict[bytes, tuple[Proxy, bool]] = {}
        self._asks[b"/haproxy/refusal"] = (HAPROXY, True)
        for proxy in (NGINX, TRAEFIK, CADDY):
            for one, path in ((proxy, ""), (proxy.rewriting(), "/rewriting")):
                self._asks[f"/{proxy.name}{path}".encode()] = (one, False)
                if proxy.two_answers:
                    self._asks[f"/{proxy.name}{path}/refusal".encode()] = (one, True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: bytes = scope["raw_path"]
        known = self._asks.get(path)
        if known is not None:
            proxy, for_refusal = known
            asked = asked_in_fields(scope["headers"])
            await self._decide(asked, proxy, send, for_refusal=for_refusal)
        elif path.startswith(b"/envoy/"):
            target = target_of(scope)[len(_ENVOY) :]
            await self._decide(asked_in_line(scope["method"], target, scope["headers"]), ENVOY, send)
        elif path.startswith(_OURS) or path in _WELL_KNOWN:
            await self._forward(scope, receive, send)
        elif path == b"/health":
            await self._health(send)
        else:
            await say(Answer(404, ()), send)

    # ------------------------------------------------------------- questions
    async def _decide(self, asked: Asked | Refused, proxy: Proxy, send: Send, *, for_refusal: bool = False) -> None:
        judged = self._node.judge(asked, proxy, charge=not for_refusal)
        if isinstance(judged.verdict, Allowed):
            answer = self._again(judged) if for_refusal else self._node.answer(judged)
            answer = _without(answer) if proxy is ENVOY else answer
        elif proxy.two_answers and not for_refusal:
            answer = Answer(_REFUSED, (("X-Request-Id", judged.request_id),))
        else:
            answer = await self._node.answer_in_full(judged)
        await say(answer, send)

    def _again(self, judged: Judged) -> Answer:
        """It was refused a moment ago and would pass now (a quota has room again): let the caller try again."""
        policy, found = judged.in_force, judged.read
        asker = Asker(policy.policy if policy else None, found.facts if found else None, judged.request_id)
        return answers.unjudged(Reason.GATEWAY_STALE, asker)

    # ------------------------------------------------------------- our own paths
    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry a request for Twogate's own paths to the control plane."""
        asked = asked_in_line(scope["method"], target_of(scope), scope["headers"])
        judged = self._node.judge(asked, CONTROL, charge=False)
        await carry(self._node, judged, scope, receive=receive, send=send)

    async def _health(self, send: Send) -> None:
        facts = self._node.facts()
        body = json.dumps({name: facts[name] for name in ("connected", "policy_version", "refusing")}).encode()
        await say(Answer(503 if facts["refusing"] else 200, (("Content-Type", "application/json"),), body), send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self._node.running(), self._agent.listening() if self._agent else contextlib.nullcontext():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _without(answer: Answer) -> Answer:
    """Name what Envoy must take out of the request: what an answer does not set it leaves as the caller sent it."""
    left = {name for name, _ in answer.fields}
    gone = ",".join(name.lower() for name in _CREDENTIALS if name not in left)
    return answer._replace(fields=(*answer.fields, ("X-Envoy-Auth-Headers-To-Remove", gone))) if gone else answer
