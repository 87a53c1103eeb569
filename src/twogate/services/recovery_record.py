"""What a recovery leaves behind: audit events, notices in the portal, letters with a secret in them.

Decides which channel carries what: everything is told in the portal and by mail; a secret goes into a sealed letter
only, never into a notice. A letter is part of the same unit of work as what it tells of.
"""

from typing import Any

from twogate.rules.signin.notices import NoticeKind
from twogate.services.notices import tell
from twogate.store.unit import Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.events import Event
from twogate.terms.letter import Letter
from twogate.terms.ports import Clock, Entropy
from twogate.terms.recovery import Lost, Recovery

WHAT = {Lost.PASSWORD: "a new password", Lost.FACTORS: "new second factors"}


class RecoveryRecord:
    """Writes into the unit of work of the errand."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self._clock = clock
        self._entropy = entropy

    async def note(self, unit: Unit, event: Event, recovery: Recovery, *, actor: str, caller: Caller) -> None:
        facts = {
            "recovery": recovery.id,
            "way": recovery.way.value,
            "lost": recovery.lost.value,
            "requested_by": recovery.requested_by,
            "approved_by": recovery.approved_by,
            "reason": recovery.reason,
        }
        await self.note_about(unit, event, recovery.user, actor=actor, caller=caller, **facts)

    async def note_about(
        self, unit: Unit, event: Event, subject: str, *, actor: str, caller: Caller, **facts: Any
    ) -> None:
        await unit.audit.append(
            event,
            at=self._clock.now(),
            actor=actor,
            subject=subject,
            request_id=caller.request_id,
            address=caller.address,
            facts={name: value for name, value in facts.items() if value not in {"", None}},
        )

    async def tell(self, unit: Unit, user: User, kind: NoticeKind, *, what: str = "", caller: Caller) -> None:
        await tell(unit, user, kind, what=what, at=self._clock.now(), caller=caller, entropy=self._entropy)

    async def write(self, unit: Unit, user: User, letter: Letter, *, life: int) -> None:
        """Put a letter into the outbox, sealed while it waits."""
        if user.email:
            facts = {"subject": letter.subject, "text": letter.text}
            await unit.dispatches.add(
                user.id, Dispatch(Channel.EMAIL, letter.to, facts, max(life, 1)), now=self._clock.now()
            )
