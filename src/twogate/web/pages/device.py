"""``/.twogate/device``: type the code that a device shows, see what asks, say yes or no (RFC 8628 section 3.3).

Decides that the code is always typed and never taken from a link (section 5.4: a link can be sent by anybody), and that
the answer needs a fresh proof of everything the account can prove, because the device stays signed in on its own.
"""

from fastapi import APIRouter
from starlette.responses import Response

from twogate.rules.protocols.oauth2.rfc8628_device_grant import user_code
from twogate.services.device_approval import DeviceApproval, Found
from twogate.terms.verdict import Refused
from twogate.web.pages.moments import moment
from twogate.web.pages.programs import program
from twogate.web.pages.signed_in import AsOwner, Owner, page, proved_enough

DEVICE = "/.twogate/device"
ANSWER = f"{DEVICE}/answer"

router = APIRouter()


@router.api_route(DEVICE, methods=["GET", "HEAD"])
async def ask(owner: AsOwner) -> Response:
    """Ask for the code, after the proof: a code does not live long enough to wait for one."""
    await proved_enough(owner)
    return _asked(owner)


@router.post(DEVICE)
async def look(owner: AsOwner) -> Response:
    """Show what asks."""
    form = await owner.form("code")
    await proved_enough(owner)
    found = await _errand(owner).find(owner.session, form["code"])
    return _asked(owner, found) if isinstance(found, Refused) else _shown(owner, found, form["code"])


@router.post(ANSWER)
async def answer(owner: AsOwner) -> Response:
    """Take the answer. Anything but a clear yes is a no."""
    form = await owner.form("code", "answer")
    await proved_enough(owner)
    allow = form["answer"] == "yes"
    found = await _errand(owner).answer(owner.session, form["code"], allow=allow, caller=owner.visitor.caller)
    if isinstance(found, Refused):
        return _asked(owner, found)
    return page(owner, "device_answered.html", allowed=allow, name=found.client.name)


def _errand(owner: Owner) -> DeviceApproval:
    deps = owner.visitor.deps
    return DeviceApproval(deps.store, deps.clock, deps.entropy, audience=deps.front.audience)


def _asked(owner: Owner, refused: Refused | None = None) -> Response:
    return page(owner, "device.html", refused=refused, action=DEVICE)


def _shown(owner: Owner, found: Found, typed: str) -> Response:
    request = found.request
    return page(
        owner,
        "device_answer.html",
        action=ANSWER,
        code=user_code.shown(user_code.read(typed) or ""),
        name=found.client.name,
        scope=request.scope,
        asked=moment(request.created, owner.visitor.deps.clock.now()),
        address=request.address,
        here=request.address == owner.visitor.caller.address,
        program=program(request.user_agent),
    )
