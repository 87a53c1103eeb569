"""Grants as the token service would add them."""

from tests.services.desk import Desk

from twogate.store.unit import Unit
from twogate.terms.ids import ClientId, GrantId, SessionId, UserId, new_id
from twogate.terms.session import Grant


async def add_grant(desk: Desk, unit: Unit, user: UserId, session: SessionId | None) -> Grant:
    """Add one whose youngest token lives for five minutes."""
    now = desk.clock.now()
    grant = Grant(
        id=GrantId(new_id("gnt", desk.entropy)),
        client=ClientId("browser"),
        user=user,
        session=session,
        scope=(),
        audience="https://api.example.com",
        created=now,
        last_expiry=now.plus(300),
    )
    await unit.grants.add(grant)
    return grant
