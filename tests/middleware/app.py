"""An application that tells what it sees, and a way to ask it as a server would."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.forward_auth.asked import Said, ask

from twogate.dataplane.decision.node import DecisionNode
from twogate.middleware.asgi import TwogateMiddleware


async def telling(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application without a framework."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    who = scope["twogate"].subject if scope["twogate"] else None
    seen = {"path": scope["path"], "raw_path": scope["raw_path"].decode(), "headers": headers, "who": who}
    cookies = [
        (b"set-cookie", b"theme=dark"),
        (b"Set-Cookie", b"twogate=stolen"),
        (b"set-cookie", b" __Host-twogate-flow=x"),
    ]
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json"), *cookies]}
    )
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


@asynccontextmanager
async def served(app: Callable[..., Any]) -> AsyncIterator[None]:
    """Between startup and shutdown, as a server lives."""
    messages: asyncio.Queue[Any] = asyncio.Queue()
    up: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, messages.get, up.put))
    await messages.put({"type": "lifespan.startup"})
    assert (await up.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        await messages.put({"type": "lifespan.shutdown"})
        assert (await up.get())["type"] == "lifespan.shutdown.complete"
        await life


@asynccontextmanager
async def protected(node: DecisionNode, app: Callable[..., Any] = telling) -> AsyncIterator[TwogateMiddleware]:
    """The application with the middleware before it, and a node that has begun."""
    made = TwogateMiddleware(app, node)
    async with served(made):
        assert await node.begun(seconds=5)
        yield made


__all__ = ["Said", "ask", "protected", "served", "telling"]
