"""``/.twogate/first``: the first administrator makes their account with the code that the first start printed.

Decides that the page is there for everybody and says nothing without the code. It gives no session: they sign in like
anybody else, and set up a second factor there.
"""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.csrf import check_origin
from twogate.web.forms import read_form
from twogate.web.pages.render import show
from twogate.web.pages.screens import sentence_of, status_of
from twogate.web.visitor import AtDoor, Visitor

FIRST = "/.twogate/first"
_SIGN_IN = "/.twogate/sign-in"

router = APIRouter()


@router.api_route(FIRST, methods=["GET", "HEAD"])
async def ask(visitor: AtDoor) -> Response:
    """Ask for the code, and for what an account needs."""
    return _form(visitor)


@router.post(FIRST)
async def make(visitor: AtDoor) -> Response:
    """Make the account, and on to the sign-in."""
    form = await read_form(visitor.request, frozenset({"code", "name", "email", "password"}))
    if isinstance(form, Refused):
        raise HTTPException(422)
    if check_origin(visitor.request, public_url=visitor.deps.front.public_url) is not None:
        raise HTTPException(403)
    made = await visitor.deps.flows.first.accept(
        Secret(form["code"]),
        name=form["name"],
        email=form["email"].strip(),
        password=Secret(form["password"]),
        caller=visitor.caller,
    )
    if isinstance(made, Refused):
        return _form(visitor, made, name=form["name"], email=form["email"])
    return RedirectResponse(f"{_SIGN_IN}?hint={quote(made.value.name, safe='')}", 303)


def _form(visitor: Visitor, refused: Refused | None = None, *, name: str = "", email: str = "") -> Response:
    return show(
        visitor.request,
        "first.html",
        status=status_of(refused),
        wrong=sentence_of(refused) if refused else "",
        name=name,
        email=email,
        action=FIRST,
    )
