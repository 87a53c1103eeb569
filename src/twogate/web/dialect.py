"""In which form a refusal is told: to a person's browser, to a script in a page, or to a program.

Decides nothing about dialects itself: ``rules.policy.dialect`` does, for the gateway and for us. Decides which scripts
of other origins may read the answer (WHATWG Fetch, CORS protocol).
"""

from ipaddress import IPv6Address

from starlette.requests import Request

from twogate.rules.policy.dialect import Dialect, dialect
from twogate.rules.policy.request import RequestFacts
from twogate.web.front import Front

__all__ = ["Dialect", "cors_headers", "dialect_of"]

_NO_ADDRESS = IPv6Address(0)  # the dialect does not depend on it
_EXPOSED = "WWW-Authenticate, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy"


def dialect_of(request: Request) -> Dialect:
    """Return the dialect of whoever sent this."""
    headers = request.headers
    return dialect(
        RequestFacts(
            method=request.method,
            target=request.url.path,
            host="",
            address=_NO_ADDRESS,
            authorizations=len(headers.getlist("authorization")),
            origin=headers.get("origin", ""),
            accept=headers.get("accept", ""),
            fetch_mode=headers.get("sec-fetch-mode", ""),
            requested_with="x-requested-with" in headers,
        ),
    )


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
