"""``/.twogate/account/programs``: what programs of others one has allowed, and taking it back.

Decides that taking back ends what the program got, at the gateways too, before it is said to be done.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twogate.rules.protocols.oidc.core.user_info import SCOPES
from twogate.services.consent import Allowed, Consents
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.web.pages.moments import moment
from twogate.web.pages.sections import PROGRAMS
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, wait_for_gateways
from twogate.web.pages.texts import text

WITHDRAW = f"{PROGRAMS}/withdraw"

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """One program."""

    id: str
    name: str
    note: str
    may: tuple[str, ...]


@router.api_route(PROGRAMS, methods=["GET", "HEAD"])
async def programs(owner: AsOwner) -> Response:
    """List them."""
    now = owner.visitor.deps.clock.now()
    rows = [_row(one, now) for one in await _service(owner).of(owner.session.user)]
    return page(owner, "programs.html", rows=rows, withdraw=WITHDRAW)


@router.api_route(WITHDRAW, methods=["GET", "HEAD"])
async def ask(owner: AsOwner, program: Annotated[str, Query(max_length=2_048)] = "") -> Response:
    """Ask whether it is to end."""
    found = next((one for one in await _service(owner).of(owner.session.user) if one.consent.client == program), None)
    if found is None:
        raise HTTPException(404)
    return page(owner, "withdraw.html", action=WITHDRAW, id=program, name=found.name, back=PROGRAMS)


@router.post(WITHDRAW)
async def withdraw(owner: AsOwner) -> Response:
    """Take it back. Twice is as good as once."""
    form = await owner.form("id")
    change = await _service(owner).withdraw(owner.session, ClientId(form["id"]), caller=owner.visitor.caller)
    await wait_for_gateways(owner, change)
    return done("consent_withdrawn")


def _service(owner: Owner) -> Consents:
    return Consents(owner.visitor.deps.store, owner.visitor.deps.clock)


def _row(one: Allowed, now: Instant) -> ProgramRow:
    consent = one.consent
    may = tuple(text(f"consent.{it}") if it in SCOPES else text("consent.scope", scope=it) for it in consent.scope)
    return ProgramRow(consent.client, one.name, text("programs.since", when=moment(consent.given, now)), may)
