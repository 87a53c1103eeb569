"""``/.twogate/account/sessions``: where one is signed in, by which device; end one, end all others.

Decides the words for a session. Another person's session is not found.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from twogate.rules.assurance.level import add_up
from twogate.terms.account import Device
from twogate.terms.ids import SessionId
from twogate.terms.instant import Instant
from twogate.terms.place import LOCAL, NOWHERE, Place
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.pages.moments import moment
from twogate.web.pages.programs import program
from twogate.web.pages.sections import ACCOUNT, SESSIONS
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, wait_for_gateways
from twogate.web.pages.texts import text

router = APIRouter()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session."""

    id: str
    program: str
    place: str
    note: str
    here: bool


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One known browser that is not signed in now."""

    program: str
    note: str


@router.api_route(SESSIONS, methods=["GET", "HEAD"])
async def sessions(owner: AsOwner) -> Response:
    """List them."""
    return await _list(owner)


async def _list(owner: Owner, refused: Refused | None = None) -> Response:
    deps, own = owner.visitor.deps, owner.session
    live = await deps.sessions.of_user(own.user)
    now = deps.clock.now()
    async with deps.store.read() as unit:
        devices = await unit.devices.of_user(own.user)
        seen = {one.session: one.place for one in await unit.places.of_user(own.user)}
    rows = [_row(one, seen.get(one.id, NOWHERE), here=one.id == own.id, now=now) for one in live]
    known = _known(devices, live, now)
    return page(owner, "sessions.html", refused=refused, rows=rows, devices=known, others=len(rows) > 1)


@router.post(f"{ACCOUNT}/end")
async def end(owner: AsOwner) -> Response:
    """End one of one's own sessions; another person's is not found."""
    form = await owner.form("session")
    live, caller = owner.visitor.deps.sessions, owner.visitor.caller
    wanted = SessionId(form["session"])
    if wanted not in {one.id for one in await live.of_user(owner.session.user)}:
        return await _list(owner, Refused(Reason.SESSION_ENDED))
    await wait_for_gateways(owner, await live.end(wanted, actor=owner.session.user, caller=caller))
    return done("ended")


@router.post(f"{ACCOUNT}/end-others")
async def end_others(owner: AsOwner) -> Response:
    """End every session but this one."""
    await owner.form()
    change = await owner.visitor.deps.sessions.end_others(owner.session, caller=owner.visitor.caller)
    await wait_for_gateways(owner, change)
    return done("others_ended")


def _row(one: Session, place: Place, *, here: bool, now: Instant) -> SessionRow:
    return SessionRow(
        id=one.id,
        program=program(one.user_agent),
        place=_spell(place, one.address),
        note=text(
            "sessions.note",
            created=moment(one.created, now),
            used=moment(one.last_used, now),
            level=text(f"level.{add_up(one.proofs).level.acr}"),
        ),
        here=here,
    )


def _spell(place: Place, address: str) -> str:
    """City, country and address, as far as they are known."""
    country = "" if place.country == LOCAL else place.country
    return ", ".join(part for part in (place.city, country, address) if part)


def _known(devices: Iterable[Device], live: Iterable[Session], now: Instant) -> list[DeviceRow]:
    """Browsers that signed in here before and are signed out."""
    in_use = {one.device for one in live}
    return [
        DeviceRow(program(one.user_agent), text("sessions.device", seen=moment(one.last_seen, now)))
        for one in devices
        if one.id not in in_use
    ]
