"""What a recovery leaves behind: audit events, notices in the portal, letters with a secret in them.

Decides which channel carries what: everything is told in the portal and by mail; a secret goes into a sealed letter
only, never into a notice. A letter is part of the same unit of work as what it tells of.
"""

from typing import Any

from twogate.rules.signin.notices import NoticeKind, write
from twogate.services.notices import tell
from twogate.store.unit import Unit
from twogate.terms.account import Notice, User
from twogate.terms.caller import Caller
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.events import Event
from twogate.terms.ids import NoticeId, new_id
from twogate.terms.letter import Letter
from twogate.terms.ports import Clock, Entropy
from twogate.terms.recovery import Lost, Recovery
from twogate.terms.translation import known
from twogate.terms.undo import NOTHING, Concerned

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

    async def tell(
        self,
        unit: Unit,
        user: User,
        kind: NoticeKind,
        *,
        what: str = "",
        caller: Caller,
        about: Concerned = NOTHING,
    ) -> None:
        """In the portal and on every channel that notices take."""
        now = self._clock.now()
        await tell(unit, user, kind, what=what, at=now, caller=caller, entropy=self._entropy, about=about)

    async def tell_by_letter(
        self, unit: Unit, user: User, kind: NoticeKind, *, letter: Letter, what: str = "", caller: Caller, life: int
    ) -> None:
        """Likewise, with a letter of its own in place of the notice's mail: it holds a secret, the notice none."""
        if not user.email:
            await self.tell(unit, user, kind, what=what, caller=caller)
            return
        now = self._clock.now()
        subject, text = write(kind, what=what, at=now, caller=caller, language=known(user.language))
        notice = NoticeId(new_id("ntc", self._entropy))
        await unit.notices.add(Notice(notice, user.id, subject, text, created=now))
        facts = {"notice": notice, "subject": letter.subject, "text": letter.text, "language": user.language}
        await unit.dispatches.add(user.id, Dispatch(Channel.EMAIL, letter.to, facts, life), now=now)
