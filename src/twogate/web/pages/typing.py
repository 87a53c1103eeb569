"""``/.twogate/account/typing``: whether one's typing is compared; switched on and off by its owner alone.

Decides that both ask for a fresh proof, and that switching off works also where nobody can switch it on any more.
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twogate.rules.behaviour.typing import LEAST_SAMPLES
from twogate.web.pages.sections import TYPING
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, proved_enough

router = APIRouter()


@router.api_route(TYPING, methods=["GET", "HEAD"])
async def typing(owner: AsOwner) -> Response:
    """Say what is kept, and offer the other state."""
    choice = owner.visitor.deps.typing
    samples = await choice.samples(owner.session.user)
    if samples is None and not choice.offered:
        raise HTTPException(404)
    await proved_enough(owner)
    return page(owner, "typing.html", action=TYPING, samples=samples, least=LEAST_SAMPLES)


@router.post(TYPING)
async def choose(owner: AsOwner) -> Response:
    """Switch it on or off."""
    form = await owner.form("wanted")
    if (await owner.overview()).need is not None:
        raise HTTPException(403)
    return done(await _switched(owner, on=form["wanted"] == "on"))


async def _switched(owner: Owner, *, on: bool) -> str:
    choice, user = owner.visitor.deps.typing, owner.session.user
    if on:
        return "typing_chosen" if await choice.choose(user) else "typing_unchanged"
    return "typing_erased" if await choice.take_back(user) else "typing_unchanged"
