"""``/.twogate/account/factors``: one's own factors: see them, name them, remove one.

Decides that removing asks first, and that both ask for a fresh proof before anything is shown to fill in. Setting one
up is ``enrol``, the password ``own_password``, recovery codes ``recovery``.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from twogate.services.enrol import Listed, Overview
from twogate.services.rename_factor import RenameFactor
from twogate.terms.ids import CredentialId
from twogate.terms.verdict import Refused
from twogate.web.cookies import Cookie
from twogate.web.pages.factor_rows import addable, factor_rows, title_of
from twogate.web.pages.sections import ACCOUNT, ENROL, FACTORS, TYPING
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, proved_enough, step_up, wait_for_gateways

RENAME = f"{FACTORS}/rename"
ASK_REMOVE = f"{FACTORS}/remove"
REMOVE = f"{ACCOUNT}/remove"
_SIGN_IN = "/.twogate/sign-in"
CredentialOf = Annotated[str, Query(max_length=64)]

router = APIRouter()


@router.api_route(FACTORS, methods=["GET", "HEAD"])
async def factors(owner: AsOwner) -> Response:
    """List them."""
    return await _list(owner)


async def _list(owner: Owner, refused: Refused | None = None) -> Response:
    overview, deps = await owner.overview(), owner.visitor.deps
    registry = deps.authenticators.registry
    return page(
        owner,
        "factors.html",
        refused=refused,
        rows=factor_rows(overview, registry, deps.clock.now()),
        confirm="" if overview.need is None else step_up(overview.need, FACTORS),
        add=ENROL if addable(overview, registry) else "",
        typing=TYPING if await deps.typing.concerns(owner.session.user) else "",
    )


@router.api_route(RENAME, methods=["GET", "HEAD"])
async def ask_name(owner: AsOwner, credential: CredentialOf = "") -> Response:
    """Show the form for a name."""
    overview = await proved_enough(owner)
    return _rename(owner, _one(overview, credential))


@router.post(RENAME)
async def rename(owner: AsOwner) -> Response:
    """Give it the name."""
    form = await owner.form("credential", "name")
    deps = owner.visitor.deps
    one = _one(await owner.overview(), form["credential"])
    renaming = RenameFactor(deps.store, deps.clock, deps.enrol)
    caller = owner.visitor.caller
    refused = await renaming.rename(owner.session, one.credential, name=form["name"], caller=caller)
    return done("renamed") if refused is None else _rename(owner, one, refused, typed=form["name"])


def _rename(owner: Owner, one: Listed, refused: Refused | None = None, *, typed: str | None = None) -> Response:
    name = title_of(one) if typed is None else typed
    return page(owner, "rename.html", refused=refused, action=RENAME, credential=one.credential, name=name)


@router.api_route(ASK_REMOVE, methods=["GET", "HEAD"])
async def ask_remove(owner: AsOwner, credential: CredentialOf = "") -> Response:
    """Ask whether it is to go, and say what follows."""
    overview = await proved_enough(owner)
    one = _one(overview, credential)
    own = any(proof.credential == one.credential for proof in owner.session.proofs)
    return page(owner, "remove.html", action=REMOVE, credential=one.credential, name=title_of(one), own=own)


@router.post(REMOVE)
async def remove(owner: AsOwner) -> Response:
    """Remove a factor; sessions that rest on it end, perhaps this one."""
    form = await owner.form("credential", "lost")
    wanted, lost = CredentialId(form["credential"]), form["lost"] == "yes"
    removed = await owner.visitor.deps.enrol.remove(owner.session, wanted, owner.visitor.caller, lost=lost)
    if isinstance(removed, Refused):
        return await _list(owner, removed)
    await wait_for_gateways(owner, removed.change)
    if not removed.session_ended:
        return done("removed")
    answer = RedirectResponse(_SIGN_IN, 303)
    owner.visitor.jar.clear(answer, Cookie.ACCESS, Cookie.SESSION)
    return answer


def _one(overview: Overview, credential: str) -> Listed:
    found = next((one for one in (*overview.listed, *overview.off) if one.credential == credential), None)
    if found is None:
        raise HTTPException(404)
    return found
