"""What a sign-in leaves behind: audit events, and notices to the owner.

Decides what is written down. A name that belongs to nobody is written as a digest: people type passwords there.
"""

from typing import Any

from twogate.rules.assurance.level import add_up
from twogate.rules.factors.contract import Factor
from twogate.rules.signin.notices import NoticeKind
from twogate.services.accounts import Loaded
from twogate.services.authenticators import Good
from twogate.services.budgets import account_key
from twogate.services.notices import tell
from twogate.services.sign_in_turn import Turn
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ports import Clock, Entropy
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


class Record:
    """Writes into the unit of work of the step itself."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self._clock = clock
        self._entropy = entropy

    async def proof_passed(self, unit: Unit, loaded: Loaded, good: Good, *, caller: Caller) -> None:
        await self._note(unit, loaded, Event.USER_PROOF_PASSED, facts={"factor": good.credential.factor}, caller=caller)
        if good.checked.nature.recovery:
            await self._tell(unit, loaded, NoticeKind.RECOVERY_CODE_USED, caller=caller)

    async def proof_refused(
        self, unit: Unit, loaded: Loaded, refused: Refused, *, factor: Factor, caller: Caller
    ) -> None:
        facts = {"factor": factor.name, "reason": refused.reason.value, "detail": refused.detail}
        await self._note(unit, loaded, Event.USER_PROOF_REFUSED, facts=facts, caller=caller)

    async def lock_began(self, unit: Unit, loaded: Loaded, factor: Factor, *, closes: bool, caller: Caller) -> None:
        """Told once for each lock: when the last try of a budget was wrong."""
        event = Event.USER_FACTOR_DISABLED if closes else Event.USER_PROOF_LOCKED
        facts = {"factor": factor.name, "known_device": loaded.device is not None}
        await self._note(unit, loaded, event, facts=facts, caller=caller)
        kind = NoticeKind.FACTOR_DISABLED if closes else NoticeKind.LOCKED
        await self._tell(unit, loaded, kind, caller=caller, what=factor.prompt.title.lower())

    async def signed_in(self, unit: Unit, turn: Turn, session: Session) -> None:
        facts = _worth(session) | {"client": turn.state.client}
        await self._note(unit, turn.loaded, Event.USER_SIGN_IN_PASSED, facts=facts, caller=turn.caller)
        await self._note(
            unit, turn.loaded, Event.USER_SESSION_STARTED, facts={"session": session.id}, caller=turn.caller
        )

    async def stepped_up(self, unit: Unit, turn: Turn, session: Session) -> None:
        await self._note(unit, turn.loaded, Event.USER_STEP_UP_PASSED, facts=_worth(session), caller=turn.caller)

    async def new_device(self, unit: Unit, turn: Turn) -> None:
        await self._tell(unit, turn.loaded, NoticeKind.NEW_DEVICE, caller=turn.caller)

    async def ended(self, unit: Unit, turn: Turn, refused: Refused) -> None:
        facts = {"reason": refused.reason.value, "detail": refused.detail, "purpose": turn.state.purpose.value}
        await self._note(unit, turn.loaded, Event.USER_SIGN_IN_REFUSED, facts=facts, caller=turn.caller)

    async def _note(self, unit: Unit, loaded: Loaded, event: Event, *, facts: dict[str, Any], caller: Caller) -> None:
        who = account_key(loaded)
        await unit.audit.append(
            event,
            at=self._clock.now(),
            actor=who,
            subject=who,
            request_id=caller.request_id,
            address=caller.address,
            facts={name: value for name, value in facts.items() if value not in {"", None}},
        )

    async def _tell(self, unit: Unit, loaded: Loaded, kind: NoticeKind, *, caller: Caller, what: str = "") -> None:
        if loaded.user is not None:
            now = self._clock.now()
            await tell(unit, loaded.user, kind, what=what, at=now, caller=caller, entropy=self._entropy)


def _worth(session: Session) -> dict[str, Any]:
    worth = add_up(session.proofs)
    return {"acr": worth.level.acr, "amr": " ".join(worth.amr), "session": session.id}
