"""Revoke the API tokens of somebody inside an open unit of work.

Decides that none is revoked without the gateways being told; the number returned is the last change, for whoever
wants to wait until it is in force everywhere.
"""

from twogate.store.unit import Unit
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant


async def end_tokens(
    unit: Unit, user: UserId, *, actor: str, at: Instant, made_since: Instant | None = None
) -> int | None:
    """Revoke them, or only those made since then; None where there was none."""
    change = None
    for token in await unit.api_tokens.of_owner(user):
        lately = made_since is None or token.created >= made_since
        if lately and await unit.api_tokens.revoke(token.id, at):
            facts = {"token": token.id}
            await unit.audit.append(Event.API_TOKEN_REVOKED, at=at, actor=actor, subject=user, facts=facts)
            change = await unit.feed.append(ChangeKind.API_TOKEN_REMOVED, token.digest, at=at)
    return change
