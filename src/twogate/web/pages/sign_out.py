"""``/.twogate/sign-out``: end this session, here and at every gateway.

Decides that only a form of our own page ends a session, so that no other site can sign anybody out; and that a
browser without a session is told the same as one that has just been signed out.
"""

from fastapi import APIRouter
from starlette.responses import Response

from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, check_form, form_token
from twogate.web.forms import read_form
from twogate.web.pages.render import show
from twogate.web.render_errors import refuse
from twogate.web.visitor import AtDoor, Visitor

SIGN_OUT = "/.twogate/sign-out"
PURPOSE = "sign-out"
_WAIT = 1.0  # seconds to wait for the gateways to know

router = APIRouter()


@router.api_route(SIGN_OUT, methods=["GET", "HEAD"])
async def ask(visitor: AtDoor) -> Response:
    """Ask whether to sign out."""
    if visitor.session is None or visitor.secret is None:
        return _signed_out(visitor)
    return show(visitor.request, "sign_out.html", token=form_token(visitor.secret, PURPOSE), action=SIGN_OUT)


@router.post(SIGN_OUT)
async def sign_out(visitor: AtDoor) -> Response:
    """End the session, wait until the gateways know, take the cookies away."""
    form = await read_form(visitor.request, frozenset({FIELD}))
    if isinstance(form, Refused):
        return refuse(visitor.request, 422, reason=form.reason)
    if visitor.session is None or visitor.secret is None:
        return _signed_out(visitor)
    public_url = visitor.deps.front.public_url
    forged = check_form(
        visitor.request,
        holder=visitor.secret,
        purpose=PURPOSE,
        given=form[FIELD],
        public_url=public_url,
    )
    if forged is not None:
        return refuse(visitor.request, 403, reason=forged.reason)
    session = visitor.session
    number = await visitor.deps.sessions.end(session.id, actor=session.user, caller=visitor.caller)
    if number is not None:
        await visitor.deps.changes.in_force(number, _WAIT)
    return _signed_out(visitor)


def _signed_out(visitor: Visitor) -> Response:
    answer = show(visitor.request, "signed_out.html")
    visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION, Cookie.FLOW)
    return answer
