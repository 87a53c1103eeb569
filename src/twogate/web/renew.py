"""``/.twogate/renew``: where the gateway sends a browser whose access cookie has just expired.

Decides the answer: 307 to the same address with a fresh cookie (method and body survive, RFC 9110 section 15.4.8),
or a refusal in the caller's dialect. Only the gateway leads here; without its header there is nothing here.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.dialect import Dialect, cors_headers, dialect_of
from twogate.web.local_path import local_path, with_return
from twogate.web.render_errors import problem, refuse
from twogate.web.visitor import Visitor, visitor_of

PATH = "/.twogate/renew"
SIGN_IN = "/.twogate/sign-in"
ORIGINAL = "x-twogate-original-uri"
METHODS = [  # whatever the gateway lets through to an upstream, WebDAV included
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "SEARCH", "REPORT"),
    *("PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"),
]

_LONGEST = 8000  # what the gateway has let through fits into an answer's Location

router = APIRouter()


def target_of(request: Request) -> str:
    """For ``Depends``, before anything else is looked at: the path that the browser wanted."""
    given = request.headers.getlist(ORIGINAL)
    if len(given) != 1:
        raise HTTPException(404)
    path, mark, query = given[0].partition("?")
    wanted = path + mark + query.replace("\\", "%5C")  # browsers leave a backslash in a query as it is (WHATWG URL)
    target = local_path(wanted, request.app.state.deps.front.public_url, longest=_LONGEST)
    if target is None:
        raise HTTPException(400)
    return target


@router.api_route(PATH, methods=METHODS)
async def renew(
    target: Annotated[str, Depends(target_of)],
    visitor: Annotated[Visitor, Depends(visitor_of)],
) -> Response:
    """Hand out a fresh access cookie, or say that there is no session."""
    if visitor.secret is None:
        return refuse_renewal(visitor, Refused(Reason.CREDENTIAL_MISSING), target)
    fresh = await visitor.deps.browsers.renew(visitor.secret, visitor.caller, target=target)
    if isinstance(fresh, Refused):
        return refuse_renewal(visitor, fresh, target)
    answer = RedirectResponse(target, 307, headers=cors_headers(visitor.request, visitor.deps.front))
    visitor.jar.keep(answer, Cookie.ACCESS, fresh.value.token, seconds=fresh.value.keep_seconds)
    return answer


def refuse_renewal(visitor: Visitor, refused: Refused, target: str) -> Response:
    """Say no as the gateway does, and take away cookies that open nothing any more."""
    answer = _refusal(visitor, refused, target)
    if refused.reason is not Reason.COOKIE_NOT_KEPT:
        visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION)
    return answer


def _refusal(visitor: Visitor, refused: Refused, target: str) -> Response:
    request, front = visitor.request, visitor.deps.front
    dialect = dialect_of(request)
    metadata = f"{front.public_url}/.well-known/oauth-protected-resource"
    headers = {"www-authenticate": f'Bearer resource_metadata="{metadata}"'}
    if dialect is Dialect.NAVIGATION and refused.reason is Reason.COOKIE_NOT_KEPT:
        return refuse(request, 401, reason=refused.reason, headers=headers)
    if dialect is Dialect.NAVIGATION:
        return RedirectResponse(with_return(SIGN_IN, target), 302 if request.method in ("GET", "HEAD") else 303)
    if dialect is Dialect.SCRIPT:
        headers |= cors_headers(request, front)
    url = f"{front.public_url}{SIGN_IN}?return_to={quote(target, safe='')}"
    return problem(request, 401, reason=refused.reason, headers=headers, sign_in_url=url)
