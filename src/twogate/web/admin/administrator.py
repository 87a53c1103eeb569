"""Who may call ``/.twogate/admin``: somebody signed in with two factors, freshly where something is changed.

Decides what a caller is told who may not: that a proof is missing (RFC 9470) or that they are no administrator. What
an administrator may do is ``terms.permissions``; each errand looks it up again in its own unit of work.
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need, met
from twogate.terms.owed import Owed
from twogate.terms.permissions import Permission, permissions_of
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused
from twogate.web.csrf import check_origin
from twogate.web.pages.signed_in import step_up
from twogate.web.render_errors import problem
from twogate.web.visitor import AtDoor, Visitor

ADMIN = "/.twogate/admin"
_JSON = "application/json"
_STATUS = {
    Reason.PERMISSION_MISSING: 403,
    Reason.OWN_ACCOUNT: 403,
    Reason.SECOND_PERSON_REQUIRED: 403,
    Reason.NOT_FOUND: 404,
    Reason.RECOVERY_OVER: 409,
    Reason.RECOVERY_OPEN: 409,
    Reason.SUBJECT_BLOCKED: 409,
    Reason.RECOVERY_NOT_NEEDED: 409,
}


class NotAllowed(HTTPException):
    """The request ends with this answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who may be here."""

    visitor: Visitor
    session: Session

    def refuse(self, refused: Refused) -> Response:
        """Say no as a problem (RFC 9457)."""
        status = _STATUS.get(refused.reason, 422)
        return problem(self.visitor.request, status, reason=refused.reason)


async def reader_of(visitor: AtDoor) -> Administrator:
    """For ``Depends``: an administrator who looks."""
    return await _administrator(visitor, None)


async def changer_of(visitor: AtDoor) -> Administrator:
    """For ``Depends``: an administrator who changes something: JSON from our own origin, after a fresh proof."""
    request = visitor.request
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise NotAllowed(problem(request, 415, detail="Send application/json."))
    if check_origin(request, public_url=visitor.deps.front.public_url) is not None:
        raise NotAllowed(problem(request, 403, reason=Reason.CROSS_SITE))
    return await _administrator(visitor, visitor.deps.settings.sign_in.fresh)


AsReader = Annotated[Administrator, Depends(reader_of)]
AsChanger = Annotated[Administrator, Depends(changer_of)]


async def _administrator(visitor: Visitor, max_age: int | None) -> Administrator:
    request, session, deps = visitor.request, visitor.session, visitor.deps
    if session is None:
        raise NotAllowed(problem(request, 401, reason=Reason.SIGN_IN_REQUIRED))
    async with deps.store.read() as unit:
        groups = await unit.memberships.of_user(session.user)
        owed = await unit.obligations.get(session.user, Owed.PASSWORD_CHANGE)
        alive = {one.id for one in await unit.credentials.of_user(session.user) if one.disabled is None}
    if owed:  # the panic button was pressed
        raise NotAllowed(problem(request, 403, reason=Reason.PASSWORD_CHANGE_REQUIRED))
    proofs = tuple(proof for proof in session.proofs if proof.credential in alive)
    need, now = Need(Level.AAL2, max_age), deps.clock.now()
    if not met(need, proofs, now=now, started=now):
        reason = Reason.PROOF_TOO_OLD if met(Need(Level.AAL2), proofs, now=now, started=now) else Reason.LEVEL_TOO_LOW
        url = deps.front.public_url + step_up(need, f"{ADMIN}/coverage")
        raise NotAllowed(problem(request, 401, reason=reason, step_up_url=url))
    if Permission.PEOPLE_READ not in permissions_of(groups):
        raise NotAllowed(problem(request, 403, reason=Reason.PERMISSION_MISSING))
    return Administrator(visitor, session)


async def read_object(request: Request, *, most: int = 16_384) -> dict[str, Any]:
    """Read a JSON object; every key once. Anything else ends the request."""
    body = await request.body()
    try:
        found = json.loads(body, object_pairs_hook=_once) if len(body) <= most else None
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotAllowed(problem(request, 422, reason=Reason.INPUT_MALFORMED))
    return found


def text_of(request: Request, found: dict[str, Any], key: str) -> str:
    """A text that has to be there; a list, a number or ``true`` in its place ends the request."""
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise NotAllowed(problem(request, 422, reason=Reason.INPUT_MALFORMED, detail=f"`{key}` is a text."))
    return value


async def answer_not_allowed(_request: Request, error: Exception) -> Response:
    """For ``add_exception_handler``."""
    return error.answer if isinstance(error, NotAllowed) else JSONResponse({}, 500)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found
