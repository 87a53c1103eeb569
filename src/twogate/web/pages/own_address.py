"""``/.twogate/account/address``: change the mail address of one's own account.

Decides the two steps: the new address, then the code that was sent there. A fresh proof comes before both.
"""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from twogate.services.own_address import AddressChanged, AskAddressCode, OwnAddress
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.pages.sections import ADDRESS
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, proved_enough

CODE = f"{ADDRESS}/code"
_CURABLE = (Reason.LEVEL_TOO_LOW, Reason.PROOF_TOO_OLD)

router = APIRouter()


@router.api_route(ADDRESS, methods=["GET", "HEAD"])
async def ask(owner: AsOwner) -> Response:
    """Show the address, and ask for another."""
    overview = await proved_enough(owner)
    return page(owner, "address.html", action=ADDRESS, present=overview.user.email, typed="")


@router.post(ADDRESS)
async def begin(owner: AsOwner) -> Response:
    """Send a code to the new address."""
    form = await owner.form("address")
    asked = await _errand(owner).begin(owner.session, form["address"], owner.visitor.caller)
    return await _show(owner, asked, typed=form["address"])


@router.post(CODE)
async def confirm(owner: AsOwner) -> Response:
    """Take the code."""
    form = await owner.form("code")
    handle = owner.visitor.cookie(Cookie.FLOW)
    if handle is None:
        return await _show(owner, Refused(Reason.FLOW_UNKNOWN))
    code = Secret("".join(form["code"].split()))
    caller = owner.visitor.caller
    return await _show(owner, await _errand(owner).confirm(handle, code, session=owner.session, caller=caller))


async def _show(owner: Owner, answer: AskAddressCode | AddressChanged | Refused, *, typed: str = "") -> Response:
    match answer:
        case AskAddressCode():
            shown = page(owner, "address_code.html", refused=answer.refused, action=CODE, address=answer.address)
            owner.visitor.jar.keep(shown, Cookie.FLOW, answer.handle)
            return shown
        case AddressChanged():
            changed = done("address_changed")
            owner.visitor.jar.clear(changed, Cookie.FLOW)
            return changed
        case Refused() if answer.reason in _CURABLE:
            return RedirectResponse(ADDRESS, 303)
        case Refused():
            present = (await owner.overview()).user.email
            return page(owner, "address.html", refused=answer, action=ADDRESS, present=present, typed=typed)


def _errand(owner: Owner) -> OwnAddress:
    deps = owner.visitor.deps
    return OwnAddress(
        deps.store,
        deps.clock,
        deps.entropy,
        registry=deps.authenticators.registry,
        sessions=deps.sessions,
        settings=deps.settings.sign_in,
    )
