"""The first administrator: whoever holds the one-time code that the first start prints.

Decides that there is a code only while nobody is an administrator, that a new one takes the place of the old, and
that it makes one account, once, within a day. There is no default account and no default password.
"""

import base64

from twogate.services.people import People
from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.permissions import ADMINISTRATORS
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

LIFE = 86_400  # seconds
_BYTES = 15  # 120 bits in 24 letters and digits; at least 112 need no slow hash
_GROUP = 4
_LONGEST_INPUT = 64


async def invite(store: Store, clock: Clock, entropy: Entropy, *, actor: str) -> Secret | None:
    """Make the code, in the place of an older one; None where there is an administrator."""
    now = clock.now()
    text = base64.b32encode(entropy.bytes(_BYTES)).decode("ascii")
    async with store.work() as unit:
        if await unit.memberships.count(ADMINISTRATORS):
            await unit.invitations.void()
            return None
        await unit.invitations.put(_digest(text), now=now, expires=now.plus(LIFE))
        await unit.audit.append(Event.ADMIN_FIRST_INVITED, at=now, actor=actor, subject="system")
    return Secret("-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)))


class FirstAdministrator:
    """Two errands: invite, accept."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, *, people: People) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._people = people

    async def invite(self, *, actor: str) -> Secret | None:
        """Make the code; None where there is an administrator."""
        return await invite(self._store, self._clock, self._entropy, actor=actor)

    async def accept(
        self, code: Secret, *, name: str, email: str, password: Secret, caller: Caller
    ) -> Passed[User] | Refused:
        """Make the account. A name or password that may not be one uses nothing up."""
        digest = _digest(code.text() if len(code) <= _LONGEST_INPUT else "")
        async with self._store.read() as unit:
            if not await unit.invitations.good(digest, self._clock.now()):
                return Refused(Reason.INVITATION_UNKNOWN)
        made = await self._people.add(name, email=email, password=password, actor="invitation")
        if isinstance(made, Refused):
            return made
        user, now = made.value.user, self._clock.now()
        async with self._store.work() as unit:
            await unit.alone("the first administrator")
            if await unit.memberships.count(ADMINISTRATORS) or not await unit.invitations.use(digest, now):
                await unit.users.remove(user.id)
                return Refused(Reason.INVITATION_UNKNOWN, "used by somebody else at the same time")
            await unit.memberships.join(user.id, ADMINISTRATORS, at=now, by="invitation")
            await unit.audit.append(
                Event.ADMIN_FIRST_CREATED,
                at=now,
                actor=user.id,
                subject=user.id,
                request_id=caller.request_id,
                address=caller.address,
            )
        return Passed(user)


def _digest(code: str) -> str:
    """As it was copied from a terminal: any case, blanks and dashes."""
    return Secret("".join(code.split()).replace("-", "").upper()).sha256()
