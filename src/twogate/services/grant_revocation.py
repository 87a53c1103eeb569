"""Revoke a grant: the one handle by which every token under it dies (RFC 7009 section 2.1, RFC 9700 section 4.14).

Decides what gateways are told, and for how long they have to remember it: until the youngest token has expired.
"""

from twogate.store.unit import Unit
from twogate.terms.changes import ChangeKind
from twogate.terms.ids import GrantId
from twogate.terms.instant import Instant


async def revoke_grant(unit: Unit, grant: GrantId, *, now: Instant) -> int | None:
    """Revoke it in this unit; return the number of the change, None when there is nothing to tell gateways."""
    if not await unit.grants.revoke(grant, now):
        return None
    revoked = await unit.grants.get(grant)
    if revoked is None or revoked.last_expiry <= now:
        return None
    until = revoked.last_expiry.seconds + 1
    return await unit.feed.append(ChangeKind.GRANT_REVOKED, grant, at=now, until=until)
