"""``/.twogate/oauth2/logout``: a client asks that somebody be signed out (OpenID Connect RP-Initiated Logout 1.0).

Decides what the browser sees: at once the way back where the request is sure, otherwise a question that only our own
form answers, and a page of ours wherever it is not certain whom to send somebody to.
"""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.id_token_hint import Hint, IdentityKeys, read_hint
from twogate.rules.protocols.oidc.rp_initiated_logout.request import LogoutRequest, client_named, read_logout
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, check_form, form_token
from twogate.web.oauth.answers import note
from twogate.web.oauth.reading import read_body, read_query
from twogate.web.pages.render import show
from twogate.web.pages.screens import go_on
from twogate.web.render_errors import refuse
from twogate.web.visitor import AtDoor, Visitor

LOGOUT = "/.twogate/oauth2/logout"
CONFIRM = f"{LOGOUT}/confirm"
PURPOSE = "end-session"
_WAIT = 1.0  # seconds to wait for the gateways to know

router = APIRouter()


@router.api_route(LOGOUT, methods=["GET", "POST"])
async def logout(visitor: AtDoor) -> Response:
    """Follow the request, or ask first."""
    posted = visitor.request.method == "POST"
    parameters = await read_body(visitor.request) if posted else read_query(visitor.request)
    asked = parameters if isinstance(parameters, OAuthRefusal) else await _read(visitor, parameters)
    if isinstance(asked, OAuthRefusal):
        return _no(visitor, asked)
    known = not isinstance(parameters, OAuthRefusal) and "id_token_hint" in parameters
    if visitor.session is None or visitor.secret is None:
        return _done(visitor, asked if known else None)
    if asked.sure:
        return await _end(visitor, asked)
    return show(
        visitor.request,
        "end_session.html",
        action=CONFIRM,
        token=form_token(visitor.secret, PURPOSE),
        name=asked.client.name if asked.client else "",
        kept={
            "client_id": asked.client.id if asked.client else "",
            "post_logout_redirect_uri": asked.back,
            "state": asked.state,
        },
    )


@router.post(CONFIRM)
async def confirm(visitor: AtDoor) -> Response:
    """The person said yes. What the form brings back is read as strictly as it was the first time."""
    parameters = await read_body(visitor.request)
    if isinstance(parameters, OAuthRefusal):
        return _no(visitor, parameters)
    if visitor.session is None or visitor.secret is None:
        return _done(visitor, None)
    forged = check_form(
        visitor.request,
        holder=visitor.secret,
        purpose=PURPOSE,
        given=parameters.get(FIELD),
        public_url=visitor.deps.front.public_url,
    )
    if forged is not None:
        return refuse(visitor.request, 403, reason=forged.reason)
    asked = await _read(visitor, parameters.replacing(id_token_hint=""))
    return _no(visitor, asked) if isinstance(asked, OAuthRefusal) else await _end(visitor, asked)


async def _read(visitor: Visitor, parameters: Parameters) -> LogoutRequest | InvalidRequest:
    hint = await _hint(visitor, parameters.get("id_token_hint"))
    if isinstance(hint, InvalidRequest):
        return hint
    named = client_named(parameters, hint)
    if isinstance(named, InvalidRequest):
        return named
    async with visitor.deps.store.read() as unit:
        client = await unit.clients.get(ClientId(named)) if named else None
    return read_logout(parameters, hint, client, session=visitor.session)


async def _hint(visitor: Visitor, text: str) -> Hint | InvalidRequest | None:
    if not text:
        return None
    deps = visitor.deps
    keys = IdentityKeys(await deps.access_tokens.verification_keys(), await deps.reach.identity_keys.verification())
    read = read_hint(text, keys, issuer=deps.access_tokens.issuer)
    if isinstance(read, Refused):
        return InvalidRequest(Reason.TOKEN_INVALID, "id_token_hint is no ID token of this server", read.detail)
    return read.value


async def _end(visitor: Visitor, asked: LogoutRequest) -> Response:
    session, deps = visitor.session, visitor.deps
    if session is not None:
        number = await deps.sessions.end(session.id, actor=session.user, caller=visitor.caller)
        if number is not None:
            await deps.changes.in_force(number, _WAIT)
    return _done(visitor, asked)


def _done(visitor: Visitor, asked: LogoutRequest | None) -> Response:
    if asked is None or not asked.back:
        answer: Response = show(visitor.request, "signed_out.html")
    else:
        joint = "&" if "?" in asked.back else "?"
        state = f"{joint}{urlencode({'state': asked.state})}" if asked.state else ""
        answer = go_on(visitor, f"{asked.back}{state}")
    visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION, Cookie.FLOW)
    return answer


def _no(visitor: Visitor, refused: OAuthRefusal) -> Response:
    note(visitor.request, refused)
    return refuse(visitor.request, 400, refused.description, reason=refused.reason)
