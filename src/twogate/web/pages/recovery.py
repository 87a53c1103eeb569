"""``/.twogate/account/recovery``: how one gets back in after losing a factor, before it is needed.

Decides what is offered: new recovery codes, and a second factor beside the first. Getting back in without being signed
in is ``recover``; making codes is ``enrol``.
"""

from fastapi import APIRouter
from starlette.responses import Response

from twogate.web.pages.factor_rows import addable
from twogate.web.pages.sections import ADDRESS, CODES, ENROL, RECOVERY
from twogate.web.pages.signed_in import AsOwner, page, step_up
from twogate.web.pages.texts import counted, text

router = APIRouter()


@router.api_route(RECOVERY, methods=["GET", "HEAD"])
async def recovery(owner: AsOwner) -> Response:
    """Show what there is and what is missing."""
    overview = await owner.overview()
    left = next((one.left for one in overview.listed if one.left is not None), None)
    return page(
        owner,
        "recovery.html",
        left=counted("recovery.left", left) if left else text("recovery.none"),
        confirm="" if overview.need is None else step_up(overview.need, RECOVERY),
        under_way=await owner.visitor.deps.flows.recover.open_of(owner.session.user) is not None,
        stop=f"{RECOVERY}/stop",
        make=CODES,
        address=overview.user.email,
        change_address=ADDRESS,
        add=ENROL if addable(overview, owner.visitor.deps.authenticators.registry) else "",
    )
