"""``/.twogate/account/password``: change one's own password.

Decides what is asked: the present one, and the new one once, readable by the browser's password manager. Typing it
twice is not asked for, because the field can be shown by the browser and pasted into (NIST SP 800-63B-4 3.1.1.2).
"""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from twogate.services.own_password import NotChanged
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.web.pages.sections import PASSWORD
from twogate.web.pages.signed_in import AsOwner, Owner, done, keep_signed_in, page, proved_enough, wait_for_gateways
from twogate.web.pages.texts import text

_CURABLE = (Reason.LEVEL_TOO_LOW, Reason.PROOF_TOO_OLD)

router = APIRouter()


@router.api_route(PASSWORD, methods=["GET", "HEAD"])
async def ask(owner: AsOwner) -> Response:
    """Show the form, after a fresh proof where that is missing."""
    await proved_enough(owner)
    return _form(owner)


@router.post(PASSWORD)
async def change(owner: AsOwner) -> Response:
    """Change it; other sessions end, this one goes on under a new secret."""
    form = await owner.form("present", "wanted", "name")
    changed = await owner.visitor.deps.own_password.change(
        owner.session,
        present=Secret(form["present"]),
        wanted=Secret(form["wanted"]),
        caller=owner.visitor.caller,
    )
    if isinstance(changed, NotChanged):
        if changed.refused.reason in _CURABLE:
            return RedirectResponse(PASSWORD, 303)
        return _form(owner, changed)
    await wait_for_gateways(owner, changed.change)
    answer = done("password_changed")
    await keep_signed_in(owner, answer, changed.session, secret=changed.session_secret)
    return answer


def _form(owner: Owner, not_changed: NotChanged | None = None) -> Response:
    refused = not_changed.refused if not_changed else None
    present = refused is not None and refused.reason is Reason.PASSWORD_WRONG
    return page(
        owner,
        "password.html",
        refused=refused,
        retry_after=not_changed.retry_after if not_changed else None,
        said=text("password.present.wrong") if present else "",
        action=PASSWORD,
        wrong_field="present" if present else "wanted",
    )
