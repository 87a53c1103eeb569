"""In which form a refusal is told: to a person's browser, to a script in a page, or to a program.

Decides it by what the request says of itself, as the gateway does, so that both speak alike. Also decides which
scripts of other origins may read the answer (WHATWG Fetch, CORS protocol).
"""

from enum import StrEnum

from starlette.requests import Request

from twogate.web.dependencies import Front

_SCRIPT_MODES = ("cors", "same-origin", "no-cors")
_EXPOSED = "WWW-Authenticate, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy"


class Dialect(StrEnum):
    """Who reads the answer."""

    NAVIGATION = "navigation"
    SCRIPT = "script"
    API = "api"


def dialect_of(request: Request) -> Dialect:
    """Return the dialect of whoever sent this."""
    headers = request.headers
    mode = headers.get("sec-fetch-mode")
    navigates = mode == "navigate" if mode is not None else "text/html" in headers.get("accept", "")
    if navigates and "authorization" not in headers:
        return Dialect.NAVIGATION
    if "origin" in headers or mode in _SCRIPT_MODES or "x-requested-with" in headers:
        return Dialect.SCRIPT
    return Dialect.API


def cors_headers(request: Request, front: Front) -> dict[str, str]:
    """Return what lets a script of an allowed origin read the answer; nothing for any other."""
    origin = request.headers.get("origin", "")
    if origin not in front.cors_origins:
        return {"vary": "Origin"} if front.cors_origins else {}
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": _EXPOSED,
        "vary": "Origin",
    }
