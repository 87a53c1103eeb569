"""One ASGI request to an application that is called directly, and what it answered."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from tests.dataplane.decision.known import HOST, headers

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Said:
    """An answer."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        return str(json.loads(self.body)["reason"]) if self.body.startswith(b"{") else ""


async def ask(app: Application, target: str, *lines: str, method: str = "GET", body: bytes = b"") -> Said:
    """Ask with exactly these header lines."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": headers(*lines),
        "client": ("192.0.2.7", 1),
    }
    said: list[MutableMapping[str, Any]] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return given.pop(0) if given else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    fields = {name.decode(): value.decode("latin-1") for name, value in said[0]["headers"]}
    return Said(said[0]["status"], fields, b"".join(part.get("body", b"") for part in said[1:]))


def told(
    target: str, *lines: str, method: str = "GET", host: str = HOST, address: str = "192.0.2.7"
) -> tuple[str, ...]:
    """The caller's lines, and those that the proxy writes."""
    return (
        *lines,
        f"X-Forwarded-Method: {method}",
        f"X-Forwarded-Uri: {target}",
        f"X-Forwarded-Host: {host}",
        f"X-Forwarded-For: {address}",
    )
