"""What the app on a phone sends: JSON, signed by the phone's own key; and what the first screen's script looks at.

Decides what is well-formed. No cookie is looked at on the phone's side, so no other site can use one. Who may say
what is for ``services.push_phone``.
"""

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from twogate.rules.factors.push.factor import PAGE, STATUS
from twogate.rules.protocols.webpush.subscription import read_subscription
from twogate.services.push_status import PushState
from twogate.terms.instant import Instant
from twogate.terms.push import Answer, Decision, Prompt, PromptId, PushDeviceId, Route
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused
from twogate.web.cookies import Cookie
from twogate.web.csrf import check_origin
from twogate.web.pages.phone import push_of
from twogate.web.pages.programs import program
from twogate.web.render_errors import problem
from twogate.web.visitor import AtDoor, Visitor

_WAIT = 1.0  # seconds to wait for the gateways to know that sessions have ended
_YEAR_9999 = 253_402_300_799_000
_TOPIC = re.compile(r"[A-Za-z0-9_-]{22,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_:-]{16,512}")
_STATUS = {
    Reason.PUSH_DEVICE_UNKNOWN: 410,
    Reason.PUSH_PAIRING_OVER: 410,
    Reason.PUSH_ANSWERED: 409,
    Reason.PUSH_CLOCK_WRONG: 409,
    Reason.NOT_FOUND: 404,
    Reason.PUSH_ANSWER_INVALID: 401,
}

Device = Annotated[str, StringConstraints(pattern=r"^pdv_[a-z2-7]{16}$")]
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
Moment = Annotated[int, Field(ge=0, le=_YEAR_9999)]

router = APIRouter()


class _Said(BaseModel):
    """Everything a phone says: no member more, none of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Jwk(_Said):
    """The public half of its key (RFC 7517)."""

    kty: Annotated[str, StringConstraints(pattern=r"^EC$")]
    crv: Annotated[str, StringConstraints(pattern=r"^P-256$")]
    x: Coordinate
    y: Coordinate


class PairWith(_Said):
    """A QR code was scanned."""

    token: Annotated[str, StringConstraints(pattern=r"^tg_pair_[A-Za-z0-9_-]{43}$")]
    jwk: Jwk
    label: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    signature: Signature


class Pull(_Said):
    """Is something waiting for me?"""

    device: Device
    at: Moment
    signature: Signature


class Woken(_Said):
    """How to wake me: ``route`` is JSON, signed as it stands."""

    device: Device
    at: Moment
    route: Annotated[str, StringConstraints(max_length=4096)]
    signature: Signature


class Answered(_Said):
    """The person's decision."""

    device: Device
    request: Annotated[str, StringConstraints(pattern=r"^prq_[a-z2-7]{16}$")]
    decision: Annotated[str, StringConstraints(pattern=r"^(?:approve|deny|report)$")]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,12}$")]
    answered: Moment
    signature: Signature


@router.post(f"{PAGE}/pair")
async def pair(visitor: AtDoor, said: PairWith) -> Response:
    """Take a phone's key for the QR code it scanned."""
    push = push_of(visitor)
    if refused := _foreign(visitor) or _unprintable(said.label):
        return _no(visitor, refused)
    paired = await push.phone.pair(
        Secret(said.token), jwk=said.jwk.model_dump(), label=said.label, signature=said.signature
    )
    if isinstance(paired, Refused):
        return _no(visitor, paired)
    return JSONResponse({"device": paired.value.device, "account": paired.value.account})


@router.post(f"{PAGE}/waiting")
async def waiting(visitor: AtDoor, said: Pull) -> Response:
    """Tell a phone what waits for it. The code is not among it: that is on the first screen only."""
    push = push_of(visitor)
    if refused := _foreign(visitor):
        return _no(visitor, refused)
    device, at = PushDeviceId(said.device), Instant(said.at)
    found = await push.phone.waiting(device, at=at, signature=said.signature)
    if isinstance(found, Refused):
        return _no(visitor, found)
    return JSONResponse({"now": int(visitor.deps.clock.now()), "prompts": [_shown(one) for one in found.value]})


@router.post(f"{PAGE}/route")
async def route(visitor: AtDoor, said: Woken) -> Response:
    """Note how a phone wants to be woken."""
    push = push_of(visitor)
    read = _foreign(visitor) or _route(visitor, said.route)
    if isinstance(read, Refused):
        return _no(visitor, read)
    device, at = PushDeviceId(said.device), Instant(said.at)
    done = await push.phone.route(device, at=at, text=said.route, route=read.value, signature=said.signature)
    return _no(visitor, done) if isinstance(done, Refused) else Response(status_code=204)


@router.post(f"{PAGE}/answer")
async def answer(visitor: AtDoor, said: Answered) -> Response:
    """Take an answer; where sessions ended, say so only once the gateways know."""
    push = push_of(visitor)
    if refused := _foreign(visitor):
        return _no(visitor, refused)
    given = Answer(
        device=PushDeviceId(said.device),
        decision=Decision(said.decision),
        code=said.code,
        answered=Instant(said.answered),
        signature=said.signature,
    )
    done = await push.phone.answer(PromptId(said.request), given, caller=visitor.caller)
    if isinstance(done, Refused):
        return _no(visitor, done)
    if done.value.change is not None:
        await visitor.deps.changes.in_force(done.value.change, _WAIT)
    return Response(status_code=204)


@router.get(STATUS)
async def status(visitor: AtDoor) -> Response:
    """Tell the holder of a flow whether its phone has answered, and nobody else anything."""
    push, handle = push_of(visitor), visitor.cookie(Cookie.FLOW)
    state = PushState.NOTHING if handle is None else await push.status.of(handle)
    return JSONResponse({"state": state.value})


def _shown(prompt: Prompt) -> dict[str, Any]:
    question = prompt.question
    return {
        "request": question.id,
        "account": question.account,
        "action": question.action,
        "place": question.place,
        "program": program(prompt.program),
        "asked": int(question.asked),
        "expires": int(prompt.expires),
    }


def _route(visitor: Visitor, text: str) -> Passed[Route | None] | Refused:
    """Read the way and the address; an empty object means: do not wake me."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return Refused(Reason.INPUT_MALFORMED, "route is no JSON")
    if raw == {}:
        return Passed(None)
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        return Refused(Reason.INPUT_MALFORMED, "route is no object of texts")
    way = raw.pop("way", "")
    services = visitor.deps.settings.push.web_push_services
    wanted = {
        "web_push": lambda: (
            raw.keys() == {"endpoint", "p256dh", "auth"} and isinstance(read_subscription(raw, services), Passed)
        ),
        "ntfy": lambda: raw.keys() == {"topic"} and _TOPIC.fullmatch(raw["topic"]) is not None,
        "fcm": lambda: raw.keys() == {"token"} and _TOKEN.fullmatch(raw["token"]) is not None,
        "apns": lambda: raw.keys() == {"token"} and _TOKEN.fullmatch(raw["token"]) is not None,
    }
    if way not in wanted or not wanted[way]():
        return Refused(Reason.INPUT_MALFORMED, "no such way, or not its address")
    return Passed(Route(way, raw))


def _foreign(visitor: Visitor) -> Refused | None:
    return check_origin(visitor.request, public_url=visitor.deps.front.public_url)


def _unprintable(label: str) -> Refused | None:
    return None if label.isprintable() else Refused(Reason.INPUT_MALFORMED, "the label is not of one line")


def _no(visitor: Visitor, refused: Refused) -> Response:
    """Say no. A phone whose clock is off learns what time it is here."""
    status = _STATUS.get(refused.reason, 422)
    if refused.reason is Reason.PUSH_CLOCK_WRONG:
        return problem(visitor.request, status, reason=refused.reason, now=int(visitor.deps.clock.now()))
    return problem(visitor.request, status, reason=refused.reason)
