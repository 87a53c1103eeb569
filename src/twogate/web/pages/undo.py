"""``/.twogate/undo``: take a change back from the mail that told of it.

Decides that looking does nothing and only a form of this page acts; it needs no session, and gives none. The secret
of the link is the whole right: it is in the query once, so that mail programs keep it whole, and never in a log.
"""

from fastapi import APIRouter
from starlette.responses import Response

from twogate.rules.signin.messages import UNDO_PATH
from twogate.services.undo import TakeBack
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.csrf import check_origin
from twogate.web.forms import read_form
from twogate.web.pages.moments import moment
from twogate.web.pages.render import WayOut, show, show_error
from twogate.web.pages.texts import phrase, reason_text, text
from twogate.web.render_errors import refuse
from twogate.web.visitor import AtDoor, Visitor

_FIELD = "secret"
_LONGEST = 128
_WAIT = 1.0  # seconds to wait for the gateways to know
_SIGN_IN = "/.twogate/sign-in"

router = APIRouter()


@router.api_route(UNDO_PATH, methods=["GET", "HEAD"])
async def look(visitor: AtDoor) -> Response:
    """Say what happened, and what taking it back will do."""
    secret = _secret(visitor.request.query_params.get(_FIELD, ""))
    found = await _errand(visitor).look(secret)
    if isinstance(found, Refused):
        return _over(visitor)
    undo, now = found.value, visitor.deps.clock.now()
    return show(
        visitor.request,
        "undo.html",
        kind=undo.kind.value,
        what=phrase(undo.what),
        since=moment(undo.created, now),
        until=moment(undo.expires, now),
        secret=secret.text(),
        action=UNDO_PATH,
    )


@router.post(UNDO_PATH)
async def take_back(visitor: AtDoor) -> Response:
    """Take it back, and wait until the gateways know that the sessions are over."""
    form = await read_form(visitor.request, frozenset({_FIELD}))
    if isinstance(form, Refused):
        return refuse(visitor.request, 422, reason=form.reason)
    forged = check_origin(visitor.request, public_url=visitor.deps.front.public_url)
    if forged is not None:
        return refuse(visitor.request, 403, reason=forged.reason)
    done = await _errand(visitor).take_back(_secret(form[_FIELD]), visitor.caller)
    if isinstance(done, Refused):
        return _over(visitor)
    if done.value.change is not None:
        await visitor.deps.changes.in_force(done.value.change, _WAIT)
    return show(visitor.request, "undone.html", kind=done.value.kind.value)


def _errand(visitor: Visitor) -> TakeBack:
    deps = visitor.deps
    return TakeBack(deps.store, deps.clock, deps.entropy, registry=deps.authenticators.registry)


def _secret(text: str) -> Secret:
    return Secret(text if len(text) <= _LONGEST and text.isascii() else "")


def _over(visitor: Visitor) -> Response:
    sentence = f"{reason_text(Reason.UNDO_OVER)} {text('undo.over')}"
    return show_error(visitor.request, 410, sentence, way_out=WayOut(_SIGN_IN, text("undo.sign_in")))
