"""Owe every client of a session the news that it has ended (OpenID Connect Back-Channel Logout 1.0 section 2).

Decides who is told: whoever got tokens in it and registered an address for that. It is written in the unit that ends
the session, so that the news is never lost; ``logout_outbox`` delivers it.
"""

import hashlib

from twogate.store.unit import Unit
from twogate.terms.consent import LogoutNotice
from twogate.terms.instant import Instant
from twogate.terms.session import Session

LIFE = 86_400  # seconds for which delivery is tried


async def owe(unit: Unit, session: Session, *, at: Instant) -> None:
    """Put one notice for each such client into the outbox. A session ends once, and each is told of it once."""
    for client in await unit.logout_notices.owed(session.id):
        once = hashlib.sha256(f"{session.id} {client.id}".encode()).hexdigest()[:32]
        await unit.logout_notices.add(
            LogoutNotice(
                id=f"lgn_{once}",
                client=client.id,
                uri=client.backchannel_logout_uri,
                subject=session.user,
                session=session.id,
                created=at,
                expires=at.plus(LIFE),
                due=at,
            ),
        )
