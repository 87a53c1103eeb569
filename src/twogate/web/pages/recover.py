"""``/.twogate/recover``: the way back for somebody who cannot sign in, and how its owner stops it.

Decides that every name gets the same page; that looking at a link does nothing, and only a form of this site acts;
that no page here gives a session. What is behind a name is never looked up here (``services.recovery``).
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twogate.rules.recovery.letters import FINISH, STOP
from twogate.services.recovery import Wait
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.csrf import check_origin
from twogate.web.forms import read_form
from twogate.web.pages.render import WayOut, show, show_error
from twogate.web.pages.screens import retry_header, sentence_of, status_of, waiting_time
from twogate.web.pages.sections import RECOVERY
from twogate.web.pages.signed_in import AsOwner, done, page
from twogate.web.pages.texts import counted, text
from twogate.web.visitor import AtDoor, Visitor

RECOVER = "/.twogate/recover"
OWN_STOP = f"{RECOVERY}/stop"
_SIGN_IN = "/.twogate/sign-in"
_LONGEST_SECRET = 128
_HOUR = 3_600
_WAIT = 1.0  # seconds to wait for the gateways to know that sessions have ended

router = APIRouter()


@router.api_route(RECOVER, methods=["GET", "HEAD"])
async def begin(visitor: AtDoor) -> Response:
    """Ask who it is and what is lost."""
    return _form(visitor)


@router.post(RECOVER)
async def ask(visitor: AtDoor) -> Response:
    """Take the name. The answer is the same whether anybody is called that."""
    form = await _own_form(visitor, "name", "lost")
    if form["lost"] not in set(Lost):
        raise HTTPException(422)
    answer = await visitor.deps.flows.recover.ask(form["name"], Lost(form["lost"]), visitor.caller)
    if isinstance(answer, Wait):
        return _form(visitor, answer.refused, answer.retry_after)
    if isinstance(answer, Refused):
        return _form(visitor, answer)
    rules = visitor.deps.settings.recovery.rules
    wait = rules.wait if form["lost"] == Lost.FACTORS else rules.password_wait
    return show(visitor.request, "recover_asked.html", lost=form["lost"], wait=span(wait) if wait else "")


@router.api_route(STOP, methods=["GET", "HEAD"])
async def look(visitor: AtDoor) -> Response:
    """Say what the button does."""
    secret = _secret(visitor.request.query_params.get("secret", ""))
    return show(visitor.request, "recover_stop.html", secret=secret.text(), action=STOP)


@router.post(STOP)
async def stop(visitor: AtDoor) -> Response:
    """Stop it, by the secret of the link alone."""
    form = await _own_form(visitor, "secret")
    stopped = await visitor.deps.flows.recover.stop_by_link(_secret(form["secret"]), visitor.caller)
    if isinstance(stopped, Refused):
        return _over(visitor, stopped)
    return show(visitor.request, "recover_stopped.html")


@router.api_route(OWN_STOP, methods=["GET", "HEAD"])
async def own(owner: AsOwner) -> Response:
    """What is under way for this account, and the button that stops it."""
    found = await owner.visitor.deps.flows.recover.open_of(owner.session.user)
    lost = found.lost.value if found else ""
    return page(owner, "recover_own.html", lost=lost, action=OWN_STOP)


@router.post(OWN_STOP)
async def stop_own(owner: AsOwner) -> Response:
    """Stop it from any device where one is signed in."""
    await owner.form()
    user = owner.session.user
    stopped = await owner.visitor.deps.flows.recover.stop(user, actor=user, caller=owner.visitor.caller)
    if isinstance(stopped, Refused):
        return page(owner, "recover_own.html", refused=stopped, lost="", action=OWN_STOP)
    return done("recovery_stopped")


@router.api_route(FINISH, methods=["GET", "HEAD"])
async def choose(visitor: AtDoor) -> Response:
    """Ask for a new password, and for the secret where the link did not bring it."""
    return _choose(visitor, _secret(visitor.request.query_params.get("secret", "")))


@router.post(FINISH)
async def finish(visitor: AtDoor) -> Response:
    """Use the secret for a new password. Signing in comes afterwards, with everything that is asked for there."""
    form = await _own_form(visitor, "secret", "wanted", "name")
    secret = _secret("".join(form["secret"].split()))
    answer = await visitor.deps.flows.recover.new_password(secret, Secret(form["wanted"]), visitor.caller)
    if isinstance(answer, Refused):
        if answer.reason is Reason.RECOVERY_UNKNOWN:
            return _over(visitor, answer)
        return _choose(visitor, secret, answer)
    if answer.value.change is not None:
        await visitor.deps.changes.in_force(answer.value.change, _WAIT)
    return show(visitor.request, "recover_finished.html")


def span(seconds: int) -> str:
    """A long time in words: whole hours from one hour on."""
    return counted("recover.hours", round(seconds / _HOUR)) if seconds >= _HOUR else waiting_time(seconds)


def _form(visitor: Visitor, refused: Refused | None = None, retry_after: int | None = None) -> Response:
    return show(
        visitor.request,
        "recover.html",
        status=429 if retry_after else status_of(refused),
        headers=retry_header(retry_after),
        wrong=sentence_of(refused, retry_after) if refused else "",
        action=RECOVER,
    )


def _choose(visitor: Visitor, secret: Secret, refused: Refused | None = None) -> Response:
    return show(
        visitor.request,
        "recover_finish.html",
        status=status_of(refused),
        wrong=sentence_of(refused) if refused else "",
        secret=secret.text(),
        action=FINISH,
    )


def _over(visitor: Visitor, refused: Refused) -> Response:
    return show_error(visitor.request, 410, sentence_of(refused), way_out=WayOut(_SIGN_IN, text("recover.sign_in")))


async def _own_form(visitor: Visitor, *fields: str) -> dict[str, str]:
    """Read a form that no other site can have sent; nobody is signed in, so there is nothing else to tie it to."""
    form = await read_form(visitor.request, frozenset(fields))
    if isinstance(form, Refused):
        raise HTTPException(422)
    if check_origin(visitor.request, public_url=visitor.deps.front.public_url) is not None:
        raise HTTPException(403)
    return dict(form)


def _secret(given: str) -> Secret:
    return Secret(given if len(given) <= _LONGEST_SECRET and given.isascii() and given.isprintable() else "")
