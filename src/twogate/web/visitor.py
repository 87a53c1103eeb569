"""Who stands before a page: the caller, and the session of their cookie if it is live.

Decides how a request becomes the facts that every page needs. A cookie that opens nothing is no session; that is
not an error, because everybody may look at the sign-in page.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from twogate.terms.caller import Caller
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.caller import read_caller
from twogate.web.cookies import Cookie, CookieJar
from twogate.web.dependencies import Dependencies, deps_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request at a page."""

    request: Request
    deps: Dependencies
    caller: Caller
    jar: CookieJar
    secret: Secret | None = None  # of the session cookie, whether or not it opens a session
    session: Session | None = None

    def cookie(self, cookie: Cookie) -> Secret | None:
        return self.jar.read(self.request, cookie)


async def visitor_of(request: Request, deps: Annotated[Dependencies, Depends(deps_of)]) -> Visitor:
    """For ``Depends``: the visitor; looking does not count as use of the session."""
    jar = CookieJar(deps.front.secure)
    device = jar.read(request, Cookie.DEVICE)
    caller = read_caller(request, device=await deps.sessions.device(device) if device else None)
    if isinstance(caller, Refused):
        raise HTTPException(400)
    secret = jar.read(request, Cookie.SESSION)
    found = await deps.sessions.by_secret(secret) if secret else None
    session = None if isinstance(found, Refused) else found
    return Visitor(request, deps, caller, jar, secret, session)


AtDoor = Annotated[Visitor, Depends(visitor_of)]
