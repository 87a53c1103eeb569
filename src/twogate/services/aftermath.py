"""What follows from a finished sign-in: a recovery under way is over, and a sign-in in grace is counted.

Decides nothing: whether a recovery ends is ``rules.recovery``, who owes a second factor ``rules.signin.enforcement``.
All of it is part of the sign-in's own unit of work.
"""

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.recovery.request import RecoveryRules
from twogate.rules.signin.enforcement import Duty
from twogate.rules.signin.notices import NoticeKind
from twogate.services.recovery_ends import RecoveryEnds
from twogate.services.recovery_record import RecoveryRecord
from twogate.services.sign_in_turn import Turn
from twogate.store.unit import Conflict, Unit
from twogate.terms.account import User
from twogate.terms.events import Event
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy


class Aftermath:
    """Called once for each session that starts."""

    def __init__(self, clock: Clock, entropy: Entropy, *, grace: int) -> None:
        self._clock = clock
        self._grace = grace
        self._ends = RecoveryEnds(clock, entropy, rules=RecoveryRules())
        self._record = RecoveryRecord(clock, entropy)

    async def signed_in(self, unit: Unit, turn: Turn) -> None:
        """Raises ``Conflict`` when the last grace was used by somebody else at the same time."""
        user = turn.loaded.user
        if user is None:
            return
        language = turn.caller.language
        if language is not None and language != user.language:
            await unit.users.speak(user.id, language)
        await self._ends.at_sign_in(unit, user.id, turn.caller)
        if turn.loaded.duty is Duty.GRACE and add_up(turn.state.proofs).level < Level.AAL2:
            await self._put_off(unit, turn, user)

    async def _put_off(self, unit: Unit, turn: Turn, user: User) -> None:
        now = self._clock.now()
        if not await unit.obligations.put_off(user.id, Owed.SECOND_FACTOR, at=now, most=self._grace):
            raise Conflict("the last sign-in in grace was used meanwhile")
        owed = await unit.obligations.get(user.id, Owed.SECOND_FACTOR)
        left = self._grace - (owed.count if owed else self._grace)
        event = Event.USER_GRACE_USED
        await self._record.note_about(unit, event, user.id, actor=user.id, caller=turn.caller, left=left)
        what = f"You can sign in without one {left} more time{'' if left == 1 else 's'}."
        await self._record.tell(unit, user, NoticeKind.SECOND_FACTOR_DUE, what=what, caller=turn.caller)
