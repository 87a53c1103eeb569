"""End sessions inside an open unit of work, and with each of them its grants.

Decides that a session never ends without its grants. Every gateway learns it by the change feed; the number returned
is the last change, for whoever wants to wait until it is in force everywhere.
"""

from collections.abc import Iterable

from twogate.services.grant_revocation import revoke_grant
from twogate.services.logout_notices import owe
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import Grant, Session


async def end_session(unit: Unit, session: Session, *, actor: str, caller: Caller, at: Instant) -> int | None:
    """End one session and its grants; None when it had ended already."""
    if not await unit.sessions.end(session.id, at):
        return None
    return await _aftermath(unit, session, actor=actor, caller=caller, at=at)


async def end_sessions(
    unit: Unit,
    user: UserId,
    *,
    keep: SessionId | None = None,
    actor: str,
    caller: Caller,
    at: Instant,
) -> int | None:
    """End every session of a person but ``keep``. Without ``keep`` grants that hang on no session go too."""
    number = None
    for session in await unit.sessions.end_all(user, at, keep=keep):
        number = await _aftermath(unit, session, actor=actor, caller=caller, at=at) or number
    if keep is None:
        number = await _revoke(unit, await unit.grants.of_user(user), at) or number
    return number


async def _aftermath(unit: Unit, session: Session, *, actor: str, caller: Caller, at: Instant) -> int | None:
    await unit.audit.append(
        Event.USER_SESSION_ENDED,
        at=at,
        actor=actor,
        subject=session.user,
        request_id=caller.request_id,
        address=caller.address,
        facts={"session": session.id},
    )
    await owe(unit, session, at=at)
    return await _revoke(unit, await unit.grants.of_session(session.id), at)


async def _revoke(unit: Unit, grants: Iterable[Grant], at: Instant) -> int | None:
    number = None
    for grant in grants:
        number = await revoke_grant(unit, grant.id, now=at) or number
    return number
