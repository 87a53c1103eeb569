"""Requests for tests of single doors: an ASGI scope with the headers that matter, nothing else."""

from collections.abc import Iterable

from starlette.requests import Request


def request(
    path: str = "/",
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    query: str = "",
    body: bytes = b"",
) -> Request:
    """Return a request as a server would hand it over."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "state": {"request_id": "req_test"},
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)
