"""Twogate's own pages and endpoints, asked for at a door that is not our gateway's.

Decides that a request for them is judged like any other (host, address, one way to read it) before it goes to the
control plane, and that the control plane's absence is told as the gateway tells it.
"""

import structlog

from twogate.dataplane.decision.control_door import Caller
from twogate.dataplane.decision.judge import Judged
from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.faults import ControlUnavailableError
from twogate.forward_auth.asgi import Receive, Scope, Send, body_of, say
from twogate.rules.forward_auth import answers
from twogate.rules.forward_auth.answers import Answer, Asker
from twogate.rules.policy.decision import Allowed, ForControlPlane
from twogate.terms.reasons import Reason

log = structlog.get_logger(__name__)


def target_of(scope: Scope) -> bytes:
    """The request target in origin form."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + (b"?" + query if query else b"")


async def carry(node: DecisionNode, judged: Judged, scope: Scope, *, receive: Receive, send: Send) -> None:
    """Carry a request to the control plane and the answer back; refuse what is not meant for it."""
    asked = judged.asked
    if asked is None or judged.in_force is None or not isinstance(judged.verdict, ForControlPlane):
        answer = Answer(404, ()) if isinstance(judged.verdict, Allowed) else node.answer(judged)
        await say(answer, send)
        return
    caller = Caller(asked.method, asked.host, asked.address, judged.request_id, scope["headers"])
    begun = False

    async def begin(status: int, headers: list[tuple[bytes, bytes]]) -> None:
        nonlocal begun
        begun = True
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def part(chunk: bytes) -> None:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})

    try:
        await node.control.forward(caller, target_of(scope), body_of(receive), begin=begin, part=part)
        await send({"type": "http.response.body", "body": b""})
    except ControlUnavailableError as error:
        log.warning("control_unavailable", error=str(error))
        if begun:
            raise
        await say(unavailable(judged), send)


def unavailable(judged: Judged) -> Answer:
    """Say that the control plane is not reached."""
    policy = judged.in_force.policy if judged.in_force else None
    asker = Asker(policy, judged.read.facts if judged.read else None, judged.request_id)
    return answers.unjudged(Reason.CONTROL_UNAVAILABLE, asker)
