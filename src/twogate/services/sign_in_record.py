"""What a sign-in leaves behind: audit events, and notices to the owner.

Decides what is written down. A name that belongs to nobody is written as a digest: people type passwords there.
"""

from typing import Any

from twogate.rules.assurance.level import add_up
from twogate.rules.factors.contract import Factor
from twogate.rules.signin.notices import NoticeKind
from twogate.rules.signin.state import Purpose
from twogate.services.authenticators import Good
from twogate.services.budgets import account_key
from twogate.services.notices import tell
from twogate.services.sign_in_turn import Turn
from twogate.store.unit import Unit
from twogate.terms.events import Event
from twogate.terms.ports import Clock, Entropy
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


class Record:
    """Writes into the unit of work of the step itself."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self._clock = clock
        self._entropy = entropy

    async def proof_passed(self, unit: Unit, turn: Turn, good: Good) -> None:
        await self._note(unit, turn, Event.USER_PROOF_PASSED, factor=good.credential.factor)
        if good.checked.nature.recovery:
            await self._tell(unit, turn, NoticeKind.RECOVERY_CODE_USED)

    async def proof_refused(self, unit: Unit, turn: Turn, factor: Factor, refused: Refused) -> None:
        facts = {"factor": factor.name, "reason": refused.reason.value, "detail": refused.detail}
        await self._note(unit, turn, Event.USER_PROOF_REFUSED, **facts)

    async def lock_began(self, unit: Unit, turn: Turn, factor: Factor, *, closes: bool) -> None:
        """Told once for each lock: when the last try of a budget was wrong."""
        event = Event.USER_FACTOR_DISABLED if closes else Event.USER_PROOF_LOCKED
        await self._note(unit, turn, event, factor=factor.name, known_device=turn.loaded.device is not None)
        kind = NoticeKind.FACTOR_DISABLED if closes else NoticeKind.LOCKED
        await self._tell(unit, turn, kind, what=factor.prompt.title.lower())

    async def signed_in(self, unit: Unit, turn: Turn, session: Session) -> None:
        facts = _worth(session) | {"session": session.id, "client": turn.state.client}
        await self._note(unit, turn, Event.USER_SIGN_IN_PASSED, **facts)
        await self._note(unit, turn, Event.USER_SESSION_STARTED, session=session.id)

    async def stepped_up(self, unit: Unit, turn: Turn, session: Session) -> None:
        await self._note(unit, turn, Event.USER_STEP_UP_PASSED, **_worth(session), session=session.id)

    async def new_device(self, unit: Unit, turn: Turn) -> None:
        await self._tell(unit, turn, NoticeKind.NEW_DEVICE)

    async def ended(self, unit: Unit, turn: Turn, refused: Refused) -> None:
        facts = {"reason": refused.reason.value, "detail": refused.detail}
        await self._note(unit, turn, Event.USER_SIGN_IN_REFUSED, **facts)

    async def _note(self, unit: Unit, turn: Turn, event: Event, **facts: Any) -> None:
        who = account_key(turn.loaded)
        purpose = {} if turn.state.purpose is Purpose.SIGN_IN else {"purpose": turn.state.purpose.value}
        await unit.audit.append(
            event,
            at=self._clock.now(),
            actor=who,
            subject=who,
            request_id=turn.caller.request_id,
            address=turn.caller.address,
            facts={name: value for name, value in facts.items() if value not in {"", None}} | purpose,
        )

    async def _tell(self, unit: Unit, turn: Turn, kind: NoticeKind, *, what: str = "") -> None:
        if turn.loaded.user is not None:
            now = self._clock.now()
            await tell(unit, turn.loaded.user, kind, what=what, at=now, caller=turn.caller, entropy=self._entropy)


def _worth(session: Session) -> dict[str, Any]:
    worth = add_up(session.proofs)
    return {"acr": worth.level.acr, "amr": " ".join(worth.amr)}
