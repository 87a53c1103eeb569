"""Put something into the outbox, unless too much was sent lately or nothing gets through.

Decides the order of limits: what one person may have sent to them, what one number or address gets whoever asks, and
what all get together. The last two bound what somebody can cost an operator who lets messages go to numbers that
earn them money. Whatever was put in counts, carried or not; notices are counted apart from codes, so that nobody
uses up what an owner may be sent by making things happen that are told.
"""

from dataclasses import replace

from twogate.rules.factors.contract import Sends
from twogate.store.unit import Unit
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

DAY = 86_400
HOUR = 3_600
PROBE = 30  # seconds: so often somebody is let through to a gateway that is away


async def put(
    unit: Unit,
    user: UserId,
    dispatch: Dispatch,
    *,
    sends: Sends | None,
    now: Instant,
    credential: CredentialId | None = None,
    notice: bool = False,
) -> Refused | None:
    """Put it in, or say why not."""
    await unit.alone(f"sending to {user}")  # two at once count one after the other
    refused = await _refuse(unit, user, dispatch, sends=sends, now=now, codes=not notice)
    if refused is not None:
        facts = {"channel": str(dispatch.channel), "reason": refused.reason.value, "detail": refused.detail}
        await unit.audit.append(Event.USER_MESSAGE_REFUSED, at=now, actor=user, subject=user, facts=facts)
        return refused
    owner = await unit.users.get(user)
    facts = {**dispatch.facts, "language": owner.language if owner else ""}
    await unit.dispatches.add(user, replace(dispatch, facts=facts), credential=credential, counted=not notice, now=now)
    return None


async def _refuse(
    unit: Unit, user: UserId, dispatch: Dispatch, *, sends: Sends | None, now: Instant, codes: bool
) -> Refused | None:
    channel, box = dispatch.channel, unit.dispatches
    if sends is None:
        return None
    if await box.count(user, channel, now.plus(-sends.within), counted=codes) >= sends.most:
        return Refused(Reason.TOO_MANY_SENT, f"{sends.most} to this person in {sends.within} s")
    if sends.to_address is not None:
        got = await box.count_all(channel, now.plus(-DAY), address=dispatch.to, counted=codes)
        if got >= sends.to_address:
            return Refused(Reason.TOO_MANY_SENT, f"{got} to this address in a day")
    if sends.in_all is not None:
        got = await box.count_all(channel, now.plus(-HOUR), counted=codes)
        if got >= sends.in_all:
            return Refused(Reason.TOO_MANY_SENT, f"{got} to everybody in an hour")
    waits = codes and channel is not Channel.PUSH  # a phone finds its question by itself, too
    if waits and await box.stuck(user, channel, since=now.plus(-PROBE)):
        return Refused(Reason.SENDING_STUCK, "what was to be sent before is still tried")
    return None
