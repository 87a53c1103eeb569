"""``/.twogate/oauth2/authorize`` (RFC 6749 section 3.1): sends browsers on, never lets a script read anything.

Decides how the errand's three answers look: 303 to the client, 303 to the sign-in pages, or a page of our own while
it is not clear whether there is a client to send anybody to. 303, so that no body with a password is ever repeated.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc9207_issuer_identification import response
from twogate.services.authorize import Authorize, Detour
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.caller import read_address
from twogate.web.cookies import Cookie, CookieJar
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.answers import note
from twogate.web.oauth.reading import read_body, read_query
from twogate.web.oauth.to_client import PRIVATE, to_client
from twogate.web.render_errors import refuse

Handler = Callable[[Request], Awaitable[Response]]


def authorize_route(deps: Dependencies, errand: Authorize) -> Handler:
    """Return the handler for GET and POST."""

    async def authorize(request: Request) -> Response:
        posted = request.method == "POST"
        parameters = await read_body(request) if posted else read_query(request)
        if isinstance(parameters, OAuthRefusal):
            return _page(request, parameters)
        destination = await errand.destination(parameters)
        if isinstance(destination, OAuthRefusal):
            return _page(request, destination)
        issuer = deps.access_tokens.issuer
        match await errand.answer(parameters, destination, await _session(request, deps)):
            case Detour(location):
                return RedirectResponse(location, 303, headers=PRIVATE)
            case OAuthRefusal() as refused:
                note(request, refused)
                return to_client(request, destination, response.refused(destination, refused, issuer=issuer))
            case code:
                return to_client(request, destination, response.granted(destination, code, issuer=issuer))

    return authorize


async def _session(request: Request, deps: Dependencies) -> Session | None:
    secret = CookieJar(deps.front.secure).read(request, Cookie.SESSION)
    address = read_address(request)
    if isinstance(address, Refused):
        return None
    found = await deps.sessions.by_secret(secret, used_from=address) if secret else None
    return None if isinstance(found, Refused) else found


def _page(request: Request, refused: OAuthRefusal) -> Response:
    note(request, refused)
    return refuse(request, 400, refused.description, reason=refused.reason)
