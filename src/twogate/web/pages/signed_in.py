"""Pages for somebody who is signed in: who that is, forms that only they can send, what stands around every page.

Decides that looking after one's account counts as use of the session, and that a change which gave the session a new
secret is followed by new cookies at once, because the old ones are dead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from twogate.rules.assurance.step_up import Need
from twogate.services.enrol import Overview
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, check_form, form_token
from twogate.web.forms import read_form
from twogate.web.local_path import with_return
from twogate.web.pages.render import show
from twogate.web.pages.screens import retry_header, sentence_of, status_of
from twogate.web.pages.sections import ACCOUNT, navigation, told_at
from twogate.web.pages.texts import has_text, text
from twogate.web.visitor import AtDoor, Visitor

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

    async def overview(self) -> Overview:
        """Their factors, and what has to be proved before anything may be changed."""
        found = await self.visitor.deps.enrol.overview(self.session, self.visitor.caller)
        if isinstance(found, Refused):
            raise HTTPException(403)
        return found


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


async def proved_enough(owner: Owner) -> Overview:
    """Return their factors where they have proved enough to change something; else on to the proof and back here."""
    overview = await owner.overview()
    if overview.need is not None:
        url = owner.visitor.request.url
        back = url.path + (f"?{url.query}" if url.query else "")
        raise HTTPException(303, headers={"location": step_up(overview.need, back)})
    return overview


def done(what: str) -> Response:
    """On to the page that shows what has changed, and that says what was done."""
    return RedirectResponse(told_at(what), 303)


def page(
    owner: Owner,
    template: str,
    *,
    refused: Refused | None = None,
    retry_after: int | None = None,
    said: str = "",
    **facts: Any,
) -> Response:
    """Render a page of the portal: the way to the others, what was just done, and what was refused.

    ``said`` is for a page that says the refusal better than its reason does.
    """
    request = owner.visitor.request
    what = request.query_params.get("done", "")
    return show(
        request,
        template,
        status=status_of(refused),
        headers=retry_header(retry_after),
        navigation=navigation(request.url.path),
        token=owner.token,
        done=text(f"done.{what}") if has_text(f"done.{what}") and refused is None else "",
        wrong=(said or sentence_of(refused, retry_after)) if refused else "",
        **facts,
    )


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
