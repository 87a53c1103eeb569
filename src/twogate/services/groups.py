"""Which groups people are in; one of them, ``administrators``, looks after the others.

Decides what a group may be called, and that joining and leaving are written down and told.
"""

import re

from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.events import Event
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")


class Groups:
    """What the command line calls. ``actor`` is who did it, for the audit."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def join(self, user: User, group: str, *, actor: str) -> Passed[bool] | Refused:
        """False where they were in it already."""
        if not _NAME.fullmatch(group):
            return Refused(Reason.INPUT_MALFORMED, "a group is a word of a-z, 0-9 and . _ -")
        now = self._clock.now()
        async with self._store.work() as unit:
            joined = await unit.memberships.join(user.id, group, at=now, by=actor)
            if joined:
                await unit.audit.append(
                    Event.ADMIN_GROUP_JOINED, at=now, actor=actor, subject=user.id, facts={"group": group}
                )
            return Passed(joined)

    async def leave(self, user: User, group: str, *, actor: str) -> bool:
        """False where they were not in it."""
        now = self._clock.now()
        async with self._store.work() as unit:
            left = await unit.memberships.leave(user.id, group)
            if left:
                await unit.audit.append(
                    Event.ADMIN_GROUP_LEFT, at=now, actor=actor, subject=user.id, facts={"group": group}
                )
            return left
