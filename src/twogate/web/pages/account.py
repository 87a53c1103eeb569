"""``/.twogate/account``: how you sign in, where you are signed in, what happened.

Decides what its forms do: end a session, end all others, remove a factor. Setting one up is ``enrol``, the password
``own_password``, recovery codes ``recovery``.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from twogate.terms.ids import CredentialId, SessionId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.pages.account_view import account_view
from twogate.web.pages.render import show
from twogate.web.pages.screens import sentence_of, status_of
from twogate.web.pages.signed_in import ACCOUNT, AsOwner, Owner, done, wait_for_gateways
from twogate.web.pages.texts import has_text, text
from twogate.web.render_errors import refuse

_MOST_NOTICES = 20
_SIGN_IN = "/.twogate/sign-in"

router = APIRouter()


@router.api_route(ACCOUNT, methods=["GET", "HEAD"])
async def account(owner: AsOwner, what: Annotated[str, Query(alias="done", max_length=40)] = "") -> Response:
    """Show the account, and say what was just done."""
    return await _show(owner, said=text(f"done.{what}") if has_text(f"done.{what}") else "")


async def _show(owner: Owner, *, said: str = "", refused: Refused | None = None) -> Response:
    deps, session = owner.visitor.deps, owner.session
    overview = await deps.enrol.overview(session, owner.visitor.caller)
    if isinstance(overview, Refused):
        return refuse(owner.visitor.request, 403, reason=overview.reason)
    now = deps.clock.now()
    async with deps.store.read() as unit:
        notices = await unit.notices.of_user(session.user, limit=_MOST_NOTICES)
    if any(one.seen is None for one in notices):
        async with deps.store.work() as unit:
            await unit.notices.mark_seen(session.user, now)
    view = account_view(
        overview,
        session=session,
        sessions=await deps.sessions.of_user(session.user),
        notices=notices,
        now=now,
    )
    return show(
        owner.visitor.request,
        "account.html",
        status=status_of(refused),
        view=view,
        token=owner.token,
        done=said,
        wrong=sentence_of(refused) if refused else "",
    )


@router.post(f"{ACCOUNT}/end")
async def end(owner: AsOwner) -> Response:
    """End one of one's own sessions; another person's is not found."""
    form = await owner.form("session")
    sessions, caller = owner.visitor.deps.sessions, owner.visitor.caller
    wanted = SessionId(form["session"])
    if wanted not in {one.id for one in await sessions.of_user(owner.session.user)}:
        return await _show(owner, refused=Refused(Reason.SESSION_ENDED))
    await wait_for_gateways(owner, await sessions.end(wanted, actor=owner.session.user, caller=caller))
    return done("ended")


@router.post(f"{ACCOUNT}/end-others")
async def end_others(owner: AsOwner) -> Response:
    """End every session but this one."""
    await owner.form()
    change = await owner.visitor.deps.sessions.end_others(owner.session, caller=owner.visitor.caller)
    await wait_for_gateways(owner, change)
    return done("others_ended")


@router.post(f"{ACCOUNT}/remove")
async def remove(owner: AsOwner) -> Response:
    """Remove a factor; sessions that rest on it end, perhaps this one."""
    form = await owner.form("credential")
    wanted = CredentialId(form["credential"])
    removed = await owner.visitor.deps.enrol.remove(owner.session, wanted, owner.visitor.caller)
    if isinstance(removed, Refused):
        return await _show(owner, refused=removed)
    await wait_for_gateways(owner, removed.change)
    if not removed.session_ended:
        return done("removed")
    answer = RedirectResponse(_SIGN_IN, 303)
    owner.visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION)
    return answer
