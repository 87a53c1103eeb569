"""Response headers that hold for every answer."""

from starlette.responses import PlainTextResponse
from starlette.types import Message

from twogate.web.security_headers import CONTENT_SECURITY_POLICY, HEADERS, SecurityHeaders


async def _headers(**own: str) -> dict[str, str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    app = SecurityHeaders(PlainTextResponse("x", headers=own))
    await app({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def test_every_answer_has_them() -> None:
    """An answer without headers of its own gets all of them."""
    headers = await _headers()
    assert headers.items() >= HEADERS.items()


async def test_a_route_may_say_otherwise() -> None:
    """A header that the route sets stays, for example for assets that may be cached."""
    assert (await _headers(**{"cache-control": "public"}))["cache-control"] == "public"


def test_nothing_inline_no_frame_no_foreign_form() -> None:
    """The policy allows our own style sheet, scripts, pictures and forms, and nothing else."""
    rules = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
