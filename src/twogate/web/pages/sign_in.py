"""``/.twogate/sign-in`` and ``/.twogate/step-up``: proving who you are, asked only for what is missing.

Decides how the address is read (where to go afterwards, which level, how fresh) and in which order a form is
checked: well-formed, from our own page, and only then what it says.
"""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from twogate.rules.assurance.level import Level
from twogate.rules.signin.state import Need
from twogate.services.screens import Ask, AskEnrolment
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, check_form
from twogate.web.forms import read_form
from twogate.web.local_path import local_path
from twogate.web.pages import screens
from twogate.web.render_errors import refuse
from twogate.web.visitor import AtDoor, Visitor

SIGN_IN = "/.twogate/sign-in"
STEP_UP = "/.twogate/step-up"
_LONGEST_AGE = 31_536_000

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    need: Need
    return_to: str
    hint: str


def wanted_of(
    request: Request,
    *,
    return_to: Annotated[str, Query()] = "",
    level: Annotated[str, Query(max_length=16)] = "",
    max_age: Annotated[str, Query(max_length=12)] = "",
    hint: Annotated[str, Query(max_length=320)] = "",
) -> Wanted:
    """For ``Depends``: read the address. A return address that is not ours leads to the account page instead."""
    least = Level.AAL2 if request.url.path == STEP_UP else Level.AAL1
    need = need_of(level, max_age, least=least)
    if isinstance(need, Refused):
        raise HTTPException(400)
    public_url: str = request.app.state.deps.front.public_url
    return Wanted(need, local_path(return_to, public_url) or screens.ACCOUNT, hint)


@router.api_route(SIGN_IN, methods=["GET", "HEAD"])
@router.api_route(STEP_UP, methods=["GET", "HEAD"])
async def begin(visitor: AtDoor, wanted: Annotated[Wanted, Depends(wanted_of)]) -> Response:
    """Open a flow and show its first screen; whoever has proved enough already is sent on at once."""
    screen = await visitor.deps.sign_in.begin(
        need=wanted.need,
        caller=visitor.caller,
        client=None,
        session=visitor.session,
        return_to=wanted.return_to,
        hint=wanted.hint,
    )
    return await screens.show_screen(visitor, screen)


@router.post(SIGN_IN)
@router.post(STEP_UP)
async def advance(visitor: AtDoor) -> Response:
    """Take one step of the flow."""
    request = visitor.request
    form = await read_form(request, screens.FORM_FIELDS)
    if isinstance(form, Refused):
        return refuse(request, 422, reason=form.reason)
    handle = visitor.cookie(Cookie.FLOW)
    if handle is None:
        return screens.show_ended(visitor, Refused(Reason.FLOW_UNKNOWN))
    public_url = visitor.deps.front.public_url
    forged = check_form(request, holder=handle, purpose=screens.FLOW, given=form[FIELD], public_url=public_url)
    if forged is not None:
        return await _not_this_form(visitor, handle, forged)
    event = screens.event_of(form)
    if isinstance(event, Refused):
        return refuse(request, 422, reason=event.reason)
    if form["step"] == "saved" and not screens.typed_back(handle, form):
        return screens.ask_for_code_again(visitor, handle, form["marks"])
    screen = await visitor.deps.sign_in.advance(handle, event, visitor.caller)
    return await screens.show_screen(visitor, screen, form=form)


async def _not_this_form(visitor: Visitor, handle: Secret, forged: Refused) -> Response:
    """Refuse a form of another site, or show the present step to somebody whose page is out of date."""
    if forged.reason is Reason.CROSS_SITE:
        return refuse(visitor.request, 403, reason=forged.reason)
    present = await visitor.deps.sign_in.look(handle, visitor.caller)
    if isinstance(present, Ask | AskEnrolment):
        present = replace(present, refused=forged)
    return await screens.show_screen(visitor, present)


def need_of(level: str, max_age: str, *, least: Level) -> Need | Refused:
    """Read what is needed from an address; ``least`` is needed where it names no level.

    Whether every sign-in asks for a second factor anyway is the service's setting.
    """
    try:
        wanted = Level.from_acr(level) if level else least
    except ValueError:
        return Refused(Reason.INPUT_MALFORMED, "no such level")
    if wanted is Level.NONE:
        return Refused(Reason.INPUT_MALFORMED, "no level to prove")
    if not max_age:
        return Need(wanted, None)
    if not (max_age.isascii() and max_age.isdigit()) or int(max_age) > _LONGEST_AGE:
        return Refused(Reason.INPUT_MALFORMED, "max_age is no number of seconds")
    return Need(wanted, int(max_age))
