"""``/.twogate/enrol`` and ``/.twogate/account/codes``: set a factor up, make new recovery codes.

Decides the order: prove who you are freshly, see the offer, confirm that it works, keep the codes. What is shown once
is in no address and in no log.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from twogate.services.enrol import Added
from twogate.services.screens import AskEnrolment, Ended
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import FIELD, form_token
from twogate.web.pages import screens
from twogate.web.pages.code_check import code_marks, is_marked
from twogate.web.pages.factor_rows import Link, addable, enrol_at
from twogate.web.pages.render import show
from twogate.web.pages.sections import CODES, ENROL, FACTORS
from twogate.web.pages.signed_in import (
    PURPOSE,
    AsOwner,
    Owner,
    done,
    keep_signed_in,
    page,
    proved_enough,
    step_up,
    wait_for_gateways,
)
from twogate.web.pages.texts import phrase, text

KEPT = f"{CODES}/kept"
_FIELDS = tuple(screens.FORM_FIELDS - {FIELD})
_CURABLE = (Reason.LEVEL_TOO_LOW, Reason.PROOF_TOO_OLD)

router = APIRouter()


@router.api_route(ENROL, methods=["GET", "HEAD"])
async def begin(owner: AsOwner, factor: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Offer to set a factor up; without a name, ask which."""
    deps, caller = owner.visitor.deps, owner.visitor.caller
    if not factor:
        overview = await proved_enough(owner)
        offered = addable(overview, deps.authenticators.registry)
        if not offered:
            return RedirectResponse(FACTORS, 303)
        if len(offered) > 1:
            links = [Link(enrol_at(one.factor), phrase(one.prompt.title)) for one in offered]
            return page(owner, "choose.html", choices=links)
        factor = offered[0].factor
    return await _show(owner, await deps.enrol.begin(owner.session, factor, caller))


@router.post(ENROL)
async def confirm(owner: AsOwner) -> Response:
    """Take the proof that the new factor works, or the wish to leave it."""
    form = await owner.form(*_FIELDS)
    if form["step"] == "put_off":
        return RedirectResponse(FACTORS, 303)
    handle = owner.visitor.cookie(Cookie.FLOW)
    if form["step"] != "confirm" or handle is None:
        return screens.show_ended(owner.visitor, Refused(Reason.FLOW_UNKNOWN))
    code = Secret("".join(form["code"].split()))
    caller = owner.visitor.caller
    answer = await owner.visitor.deps.enrol.confirm(handle, code, session=owner.session, caller=caller)
    return await _show(owner, answer)


async def _show(owner: Owner, answer: AskEnrolment | Added | Ended) -> Response:
    match answer:
        case AskEnrolment():
            return screens.show_set_up(owner.visitor, answer, token=owner.token)
        case Added():
            onward = _codes(owner, answer.session_secret, answer.codes) if answer.codes else done("set_up")
            await keep_signed_in(owner, onward, answer.session, secret=answer.session_secret)
            owner.visitor.jar.clear(onward, Cookie.FLOW)
            await wait_for_gateways(owner, answer.change)
            return onward
        case Ended():
            return await _ended(owner, answer)


async def _ended(owner: Owner, ended: Ended) -> Response:
    """Where only a fresh proof is missing, ask for it and come back."""
    if ended.refused.reason in _CURABLE:
        overview = await owner.visitor.deps.enrol.overview(owner.session, owner.visitor.caller)
        if not isinstance(overview, Refused) and overview.need is not None:
            return RedirectResponse(step_up(overview.need, screens.action(owner.visitor)), 303)
    return screens.show_ended(owner.visitor, ended.refused, ended.retry_after)


@router.post(CODES)
async def renew_codes(owner: AsOwner) -> Response:
    """Make new recovery codes and show them."""
    await owner.form()
    made = await owner.visitor.deps.enrol.replace_codes(owner.session, owner.visitor.caller)
    if isinstance(made, Refused):
        return await _ended(owner, Ended(made))
    return _codes(owner, owner.secret, made.value)


@router.post(KEPT)
async def kept(owner: AsOwner) -> Response:
    """Check that a copy exists, by one code typed back."""
    form = await owner.form(*_FIELDS)
    if form["step"] == "saved" and not is_marked(owner.secret, form["code"], marks=form["marks"]):
        return _page(owner, owner.token, marks=form["marks"], wrong=text("codes.wrong"))
    return done("codes_kept" if form["step"] == "saved" else "codes_not_kept")


def _codes(owner: Owner, secret: Secret, codes: tuple[str, ...]) -> Response:
    return _page(owner, form_token(secret, PURPOSE), codes=codes, marks=code_marks(secret, codes))


def _page(owner: Owner, token: str, *, marks: str, codes: tuple[str, ...] = (), wrong: str = "") -> Response:
    return show(
        owner.visitor.request,
        "codes.html",
        status=422 if wrong else 200,
        codes=codes,
        marks=marks,
        wrong=wrong,
        token=token,
        action=KEPT,
    )
