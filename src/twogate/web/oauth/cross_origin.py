"""Which scripts of other origins may use the OAuth endpoints (WHATWG Fetch, CORS protocol; RFC 9700 section 2.6).

Decides: metadata and keys may be read by everybody; token, revocation and userinfo endpoints by the origins that the
policy names; the authorization endpoint by none. No cookie counts at any of them, so credentials are never allowed.
"""

from starlette.requests import Request
from starlette.responses import Response

from twogate.web.front import Front

EVERYBODY = {"access-control-allow-origin": "*"}


def readable(request: Request, front: Front) -> dict[str, str]:
    """Return the headers that let an allowed origin's script read the answer."""
    origin = request.headers.get("origin", "")
    if origin not in front.cors_origins:
        return {"vary": "Origin"}
    return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "WWW-Authenticate, Retry-After, DPoP-Nonce",
        "vary": "Origin",
    }


def preflight(request: Request, front: Front) -> Response:
    """Answer a preflight; an origin that is not allowed gets no permission."""
    allowed = readable(request, front)
    if "access-control-allow-origin" in allowed:
        allowed |= {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "Authorization, Content-Type, DPoP",
            "access-control-max-age": "600",
        }
    return Response(status_code=204, headers=allowed)
