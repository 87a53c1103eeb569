"""Pages for somebody who is signed in: who that is, forms that only they can send, cookies after a change.

Decides that looking after one's account counts as use of the session, and that a change which gave the session a new
secret is followed by new cookies at once, because the old ones are dead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from twogate.rules.assurance.step_up import Need
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, check_form, form_token
from twogate.web.forms import read_form
from twogate.web.local_path import with_return
from twogate.web.visitor import AtDoor, Visitor

ACCOUNT = "/.twogate/account"
PURPOSE = "account"
_WAIT = 1.0  # seconds to wait for the gateways to know that a session has ended
_SIGN_IN = "/.twogate/sign-in"
_STEP_UP = "/.twogate/step-up"


@dataclass(frozen=True, slots=True)
class Owner:
    """A visitor with a live session."""

    visitor: Visitor
    session: Session
    secret: Secret

    @property
    def token(self) -> str:
        """The form token of every form on the account's pages."""
        return form_token(self.secret, PURPOSE)

    async def form(self, *fields: str) -> Mapping[str, str]:
        """Read a form that only this owner can have sent; anything else ends the request."""
        form = await read_form(self.visitor.request, frozenset({FIELD, *fields}))
        if isinstance(form, Refused):
            raise HTTPException(422)
        public_url = self.visitor.deps.front.public_url
        given = form[FIELD]
        request = self.visitor.request
        if check_form(request, holder=self.secret, purpose=PURPOSE, given=given, public_url=public_url):
            raise HTTPException(403)
        return form


async def owner_of(visitor: AtDoor) -> Owner:
    """For ``Depends``: the owner, or on to the sign-in page and back."""
    secret = visitor.secret
    session = await visitor.deps.sessions.renew(secret, visitor.caller) if secret else None
    if secret is None or session is None or isinstance(session, Refused):
        raise HTTPException(303, headers={"location": with_return(_SIGN_IN, _address(visitor))})
    return Owner(visitor, session, secret)


AsOwner = Annotated[Owner, Depends(owner_of)]


def _address(visitor: Visitor) -> str:
    """Where to come back to: the same page, or the account where the page is no page but a form's target."""
    url = visitor.request.url
    if visitor.request.method not in {"GET", "HEAD"}:
        return ACCOUNT
    return url.path + (f"?{url.query}" if url.query else "")


def step_up(need: Need, return_to: str) -> str:
    """Return the address where the need can be met."""
    age = "" if need.max_age is None else f"&max_age={need.max_age}"
    return with_return(f"{_STEP_UP}?level={need.level.acr}{age}", return_to)


def done(what: str) -> Response:
    """Back to the account, which says what was done."""
    return RedirectResponse(f"{ACCOUNT}?done={what}", 303)


async def keep_signed_in(owner: Owner, answer: Response, session: Session, *, secret: Secret) -> None:
    """Give the browser the cookies of a session that goes on under a new secret."""
    visitor = owner.visitor
    fresh = await visitor.deps.browsers.mint(session)
    if isinstance(fresh, Refused):
        visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION)
        return
    keep = fresh.value.keep_seconds
    visitor.jar.keep(answer, Cookie.ACCESS, fresh.value.token, seconds=keep)
    visitor.jar.keep(answer, Cookie.SESSION, secret, seconds=keep)


async def wait_for_gateways(owner: Owner, change: int | None) -> None:
    """Answer only when what has ended is refused everywhere, or a second has passed."""
    if change is not None:
        await owner.visitor.deps.changes.in_force(change, _WAIT)
