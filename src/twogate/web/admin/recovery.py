"""``/.twogate/admin/recovery``: the help desk's way back for somebody who lost something; it takes two.

Decides the JSON. ``POST`` asks, ``POST {id}/approve`` agrees (another administrator) and is shown the secret once,
``POST {id}/stop`` stops it, ``GET`` lists what is under way.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from twogate.terms.account import User
from twogate.terms.ids import RecoveryId
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery
from twogate.terms.verdict import Refused
from twogate.web.admin.administrator import ADMIN, Administrator, AsChanger, AsReader, NotAllowed, read_object, text_of
from twogate.web.render_errors import problem

RECOVERY = f"{ADMIN}/recovery"
_WAIT = 1.0  # seconds to wait for the gateways to know that sessions have ended
_MOST_CREDENTIALS = 50

router = APIRouter()


@router.get(RECOVERY)
async def show(admin: AsReader) -> Response:
    """Everything under way."""
    found = await admin.visitor.deps.flows.help_desk.open(by=admin.session.user)
    if isinstance(found, Refused):
        return admin.refuse(found)
    return JSONResponse({"recoveries": [_facts(one, user) for one, user in found.value]})


@router.post(RECOVERY)
async def request(admin: AsChanger) -> Response:
    """``{"user", "lost": "factors" | "password", "credentials"?: [id], "reason"}``."""
    asked = await read_object(admin.visitor.request)
    lost = text_of(admin.visitor.request, asked, "lost")
    if lost not in set(Lost) or not asked.keys() <= {"user", "lost", "credentials", "reason"}:
        return admin.refuse(Refused(Reason.INPUT_MALFORMED))
    done = await admin.visitor.deps.flows.help_desk.request(
        text_of(admin.visitor.request, asked, "user"),
        Lost(lost),
        credentials=_credentials(admin, asked),
        reason=text_of(admin.visitor.request, asked, "reason"),
        by=admin.session.user,
        caller=admin.visitor.caller,
    )
    if isinstance(done, Refused):
        return admin.refuse(done)
    return JSONResponse(_facts(done.value), 201)


@router.post(f"{RECOVERY}/{{recovery}}/approve")
async def approve(recovery: str, admin: AsChanger) -> Response:
    """Agree. The secret in the answer is shown this once; hand it over in person."""
    await _nothing_more(admin)
    deps, caller = admin.visitor.deps, admin.visitor.caller
    done = await deps.flows.help_desk.approve(RecoveryId(recovery), by=admin.session.user, caller=caller)
    if isinstance(done, Refused):
        return admin.refuse(done)
    if done.value.change is not None:
        await deps.changes.in_force(done.value.change, _WAIT)
    secret = done.value.secret
    return JSONResponse(_facts(done.value.recovery) | {"secret": secret.text() if secret else None})


@router.post(f"{RECOVERY}/{{recovery}}/stop")
async def stop(recovery: str, admin: AsChanger) -> Response:
    """Stop it."""
    await _nothing_more(admin)
    desk, caller = admin.visitor.deps.flows.help_desk, admin.visitor.caller
    done = await desk.stop(RecoveryId(recovery), by=admin.session.user, caller=caller)
    return admin.refuse(done) if isinstance(done, Refused) else JSONResponse(_facts(done.value))


async def _nothing_more(admin: Administrator) -> None:
    """The address says it all: the body is an empty object."""
    if await read_object(admin.visitor.request):
        raise NotAllowed(problem(admin.visitor.request, 422, reason=Reason.INPUT_MALFORMED))


def _credentials(admin: Administrator, asked: dict[str, Any]) -> list[str]:
    found = asked.get("credentials", [])
    good = isinstance(found, list) and len(found) <= _MOST_CREDENTIALS and all(isinstance(one, str) for one in found)
    if not good:
        raise NotAllowed(problem(admin.visitor.request, 422, reason=Reason.INPUT_MALFORMED))
    return list(found)


def _facts(recovery: Recovery, user: User | None = None) -> dict[str, Any]:
    return {
        "id": recovery.id,
        "user": recovery.user,
        **({"name": user.name} if user else {}),
        "way": recovery.way.value,
        "lost": recovery.lost.value,
        "stage": recovery.stage.value,
        "asked": recovery.asked.isoformat(),
        "due": recovery.due.isoformat(),
        "reason": recovery.reason,
        "requested_by": recovery.requested_by,
        "approved_by": recovery.approved_by,
    }
