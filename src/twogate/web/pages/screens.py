"""A screen of the sign-in service to a page, and a form back to an event.

Decides how each screen looks and which cookies go with it. What comes next is never decided here: the flow's state
is on the server, and a form that claims another step is refused there.
"""

from collections.abc import Mapping
from typing import assert_never
from urllib.parse import urlencode

import segno
from starlette.responses import RedirectResponse, Response

from twogate.rules.signin.event import (
    CodeGiven,
    CodesSaved,
    EnrolmentConfirmed,
    EnrolmentPutOff,
    FactorChosen,
    Given,
    PasswordGiven,
)
from twogate.services.screens import (
    Ask,
    AskEnrolment,
    Ended,
    Finished,
    Screen,
    ShowRecoveryCodes,
    SignedIn,
)
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, form_token
from twogate.web.local_path import local_path
from twogate.web.pages.code_check import code_marks, is_marked
from twogate.web.pages.render import WayOut, show, show_error
from twogate.web.pages.texts import counted, has_text, phrase, reason_text, text
from twogate.web.visitor import Visitor

FLOW = "flow"
ACCOUNT = "/.twogate/account"
PASSWORD = f"{ACCOUNT}/password"
FORM_FIELDS = frozenset({FIELD, "step", "name", "password", "factor", "code", "marks", "typing"})
_STATUS = {
    Reason.LOCKED: 429,
    Reason.BUSY: 503,
    Reason.FACTOR_DISABLED: 403,
    Reason.PLACE_REFUSED: 403,
    Reason.PLACE_UNKNOWN: 403,
    Reason.SIGN_IN_CLOSED: 403,
    Reason.RISK_REFUSED: 403,
    Reason.CROSS_SITE: 403,
    Reason.CSRF_TOKEN_WRONG: 403,
    Reason.INPUT_MALFORMED: 422,
    Reason.FLOW_UNKNOWN: 410,
    Reason.FLOW_EXPIRED: 410,
}


def status_of(refused: Refused | None) -> int:
    """Return the status of a page that says no; 422 where the reason has none of its own."""
    return 200 if refused is None else _STATUS.get(refused.reason, 422)


def sentence_of(refused: Refused, retry_after: int | None = None) -> str:
    """Say what happened and what to do, with the waiting time where there is one."""
    if retry_after is not None and has_text(f"wait.{refused.reason.value}"):
        return text(f"wait.{refused.reason.value}", time=waiting_time(retry_after))
    key = f"refused.{refused.reason.value}"
    sentence = text(key) if has_text(key) else reason_text(refused.reason)
    return f"{sentence} {_advice(refused)}".strip()


def _advice(refused: Refused) -> str:
    """What is wrong with a new password is told to its owner in full (NIST SP 800-63B-4 section 3.1.1.2)."""
    if refused.reason not in _ADVISED or not refused.detail:
        return ""
    advice = refused.detail[0].upper() + refused.detail[1:]
    return phrase(advice if advice.endswith(".") else f"{advice}.")


_ADVISED = (
    Reason.PASSWORD_TOO_SHORT,
    Reason.PASSWORD_TOO_LONG,
    Reason.PASSWORD_COMMON,
    Reason.PASSWORD_WEAK,
)


def waiting_time(seconds: int) -> str:
    """Return seconds in words, rounded up."""
    if seconds < 60:  # noqa: PLR2004  # a minute
        return counted("time.seconds", max(seconds, 1))
    return counted("time.minutes", -(-seconds // 60))


def event_of(form: Mapping[str, str]) -> Given | Refused:
    """Read what the person did from the form."""
    code = Secret("".join(form["code"].split()))
    match form["step"]:
        case "password":
            return PasswordGiven(form["name"].strip(), Secret(form["password"]), typing=form["typing"])
        case "code":
            return CodeGiven(form["factor"], code)
        case "choose":
            return FactorChosen(form["factor"])
        case "confirm":
            return EnrolmentConfirmed(Secret(form["password"]) if form["password"] else code)
        case "put_off":
            return EnrolmentPutOff()
        case "saved" | "not_saved":
            return CodesSaved()
        case _:
            return Refused(Reason.INPUT_MALFORMED, "unknown step")


async def show_screen(visitor: Visitor, screen: Screen, *, form: Mapping[str, str] | None = None) -> Response:
    """Render the screen and set the cookies that belong to it."""
    match screen:
        case Ask():
            return _with_flow(visitor, screen.handle, _ask(visitor, screen, form))
        case AskEnrolment():
            return show_set_up(visitor, screen, token=form_token(screen.handle, FLOW))
        case ShowRecoveryCodes():
            return _with_flow(visitor, screen.handle, show_codes(visitor, screen.handle, screen.codes))
        case Finished():
            return await finish(visitor, screen.signed_in)
        case Ended():
            return show_ended(visitor, screen.refused, screen.retry_after)
        case _:
            assert_never(screen)


def _with_flow(visitor: Visitor, handle: Secret, answer: Response) -> Response:
    visitor.jar.keep(answer, Cookie.FLOW, handle)
    return answer


def action(visitor: Visitor, **more: str) -> str:
    """Return where this page's forms go: to itself, with the query it came with."""
    kept = {name: visitor.request.query_params[name] for name in _KEPT if name in visitor.request.query_params}
    query = urlencode({**kept, **more})
    return f"{visitor.request.url.path}?{query}" if query else visitor.request.url.path


_KEPT = ("return_to", "level", "max_age", "factor", "credential")


def _ask(visitor: Visitor, ask: Ask, form: Mapping[str, str] | None) -> Response:
    tried = form["factor"] if form else ""
    return show(
        visitor.request,
        "ask.html",
        status=status_of(ask.refused),
        headers=retry_header(ask.retry_after),
        ask=ask,
        title=_ask_title(visitor, ask),
        typing=visitor.deps.typing.offered,
        tried=tried if any(choice.factor == tried for choice in ask.factors) else "",
        wrong=sentence_of(ask.refused, ask.retry_after) if ask.refused else "",
        token=form_token(ask.handle, FLOW),
        action=action(visitor),
    )


def _ask_title(visitor: Visitor, ask: Ask) -> str:
    if ask.needs_name:
        return text("ask.title.first")
    return text("ask.title.step_up") if visitor.session is not None else text("ask.title.next")


def show_set_up(visitor: Visitor, screen: AskEnrolment, *, token: str) -> Response:
    """Show the offer of a new factor; ``token`` goes into its form."""
    page = show(
        visitor.request,
        "set_up.html",
        status=status_of(screen.refused),
        headers=retry_header(screen.retry_after),
        screen=screen,
        picture=segno.make(screen.offer.uri, error="m").svg_data_uri(border=0) if screen.offer.uri else "",
        wrong=sentence_of(screen.refused, screen.retry_after) if screen.refused else "",
        token=token,
        action=action(visitor),
    )
    return _with_flow(visitor, screen.handle, page)


def show_codes(visitor: Visitor, handle: Secret, codes: tuple[str, ...]) -> Response:
    """Show recovery codes, this once. One typed back proves that a copy exists."""
    return show(
        visitor.request,
        "codes.html",
        codes=codes,
        marks=code_marks(handle, codes),
        wrong="",
        token=form_token(handle, FLOW),
        action=action(visitor),
    )


def ask_for_code_again(visitor: Visitor, handle: Secret, marks: str) -> Response:
    """Say that what was typed back is none of the codes; they themselves are not shown a second time."""
    return show(
        visitor.request,
        "codes.html",
        status=422,
        codes=(),
        marks=marks,
        wrong=text("codes.wrong"),
        token=form_token(handle, FLOW),
        action=action(visitor),
    )


def typed_back(handle: Secret, form: Mapping[str, str]) -> bool:
    """Whether the code in the form is one of those that were shown."""
    return is_marked(handle, form["code"], marks=form["marks"])


async def finish(visitor: Visitor, signed_in: SignedIn) -> Response:
    """Set the cookies of a finished sign-in and send the browser to where it wanted to be."""
    fresh = await visitor.deps.browsers.mint(signed_in.session)
    if isinstance(fresh, Refused):
        return _first_a_password(visitor, signed_in) if _wants_password(fresh) else show_ended(visitor, fresh)
    target = local_path(signed_in.return_to, visitor.deps.front.public_url) or ACCOUNT
    answer = go_on(visitor, target)
    jar, keep = visitor.jar, fresh.value.keep_seconds
    jar.keep(answer, Cookie.ACCESS, fresh.value.token, seconds=keep)
    if signed_in.session_secret is not None:
        jar.keep(answer, Cookie.SESSION, signed_in.session_secret, seconds=keep)
    if signed_in.device_secret is not None:
        jar.keep(answer, Cookie.DEVICE, signed_in.device_secret)
    jar.clear(answer, Cookie.FLOW)
    return answer


def _wants_password(refused: Refused) -> bool:
    return refused.reason is Reason.PASSWORD_CHANGE_REQUIRED


def _first_a_password(visitor: Visitor, signed_in: SignedIn) -> Response:
    """Signed in, and nothing opens before another password is chosen: there is a session and no access cookie."""
    answer = go_on(visitor, PASSWORD)
    keep = int(signed_in.session.absolute_end.since(visitor.deps.clock.now()))
    if signed_in.session_secret is not None:
        visitor.jar.keep(answer, Cookie.SESSION, signed_in.session_secret, seconds=keep)
    if signed_in.device_secret is not None:
        visitor.jar.keep(answer, Cookie.DEVICE, signed_in.device_secret)
    visitor.jar.clear(answer, Cookie.FLOW, Cookie.ACCESS)
    return answer


def go_on(visitor: Visitor, target: str) -> Response:
    """Send the visitor on: 303, or for browsers a page that forwards at once.

    Browsers of the Chromium family hold ``form-action 'self'`` against every redirect that follows a form. An
    application behind the gateway that redirects to another site (its own single sign-on, an OAuth client) would
    silently not load. The forwarding page ends that chain; it needs no script.
    """
    if "mozilla/" in visitor.request.headers.get("user-agent", "").lower() and visitor.request.method == "POST":
        return show(visitor.request, "forward.html", target=target)
    return RedirectResponse(target, 303)


def show_ended(visitor: Visitor, refused: Refused, retry_after: int | None = None) -> Response:
    """Say why it cannot go on, and where to begin again."""
    kept = local_path(visitor.request.query_params.get("return_to", ""), visitor.deps.front.public_url)
    path = visitor.request.url.path
    again = path + (f"?{urlencode({'return_to': kept})}" if kept else "")
    return show_error(
        visitor.request,
        status_of(refused),
        sentence_of(refused, retry_after),
        headers=retry_header(retry_after),
        way_out=WayOut(again, text("again")),
    )


def retry_header(seconds: int | None) -> dict[str, str]:
    """Return the header that says when to come back (RFC 9110 section 10.2.3)."""
    return {} if seconds is None else {"retry-after": str(max(seconds, 1))}
