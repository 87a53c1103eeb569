"""``/.twogate/account/panic``: "this was not me", one button that ends everything.

Decides that it asks for no fresh proof: whoever is frightened must not be held up, and nothing is gained by pressing
it. Afterwards this browser is signed out too.
"""

from fastapi import APIRouter
from starlette.responses import Response

from twogate.services.panic import LATELY
from twogate.web.cookies import Cookie
from twogate.web.pages.recover import span
from twogate.web.pages.render import show
from twogate.web.pages.sections import ACCOUNT
from twogate.web.pages.signed_in import AsOwner, page, wait_for_gateways

PANIC = f"{ACCOUNT}/panic"

router = APIRouter()


@router.api_route(PANIC, methods=["GET", "HEAD"])
async def ask(owner: AsOwner) -> Response:
    """Say what the button does."""
    return page(owner, "panic.html", lately=span(LATELY), action=PANIC)


@router.post(PANIC)
async def press(owner: AsOwner) -> Response:
    """Do it."""
    await owner.form()
    user, visitor = owner.session.user, owner.visitor
    change = await visitor.deps.flows.panic.press(user, actor=user, caller=visitor.caller)
    await wait_for_gateways(owner, change)
    answer = show(visitor.request, "panicked.html")
    visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION, Cookie.DEVICE)
    return answer
