"""The few lines of ASGI that every door here needs: the shape of its parts, and how an answer is sent.

Decides nothing about requests.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any

from twogate.dataplane.faults import ControlUnavailableError
from twogate.rules.forward_auth.answers import Answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def say(answer: Answer, send: Send) -> None:
    """Send an answer."""
    headers = [(_wire(name), value.encode("latin-1")) for name, value in answer.fields]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def body_of(receive: Receive) -> AsyncIterator[bytes]:
    """The body of a request, piece by piece.

    Raises:
        ControlUnavailableError: the caller went away in the middle, so nobody can go on.
    """
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ControlUnavailableError("the caller has gone")
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


@lru_cache(maxsize=1000)
def _wire(name: str) -> bytes:
    return name.lower().encode("latin-1")
