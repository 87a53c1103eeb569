"""An ASGI application that tells, once it has read the body, which headers it believes to have got.

uvicorn with httptools adds the fields behind a body to them (RFC 9110 section 6.5.1 says not to): the upstream for
which a gateway must not let such fields pass.
"""

import json
from typing import Any


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer any request with length of the body and headers, in JSON; nothing where the body breaks off."""
    if scope["type"] != "http":
        return
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    body = json.dumps({"length": length, "headers": headers}).encode()
    start = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": start})
    await send({"type": "http.response.body", "body": body})
