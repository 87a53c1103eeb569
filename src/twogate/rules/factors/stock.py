"""What a factor says beyond the contract when its authenticators are things that wait in a store for an owner.

Decides the shape and the usual answers. ``accept`` of such a factor finds the thing that was claimed under ``stock``,
and what a validation server said about it under ``answer``; both are put there by the errand (``services.stock``).
"""

from collections.abc import Sequence

from twogate.rules.factors.contract import FactorState, Traits
from twogate.terms.secret import Secret

STOCK = "stock"
ANSWER = "answer"
ELSEWHERE = "elsewhere"  # in a state: its secret is not known here, a validation server vouches for it


class Stocked(Traits):
    """A factor of things with serials."""

    may_take = False  # whether people may take a waiting thing themselves; otherwise an administrator gives it out

    __slots__ = ()

    def stocked(self, state: FactorState) -> bool:
        """Whether this credential came out of the store, so that nobody else may have it."""
        return not state.get(ELSEWHERE)

    def claims(self, remembered: FactorState, given: Secret) -> str:
        """Which waiting thing somebody says is theirs; empty = none yet."""
        return str(remembered.get("serial") or self.addressed(given))

    def stands_in(self, _given: Secret) -> FactorState | None:
        """What stands for a thing that does not wait in the store; None = nothing does."""
        return None

    def consult(self, _states: Sequence[FactorState], _given: Secret) -> str:
        """What a validation server has to be asked about this proof; empty = nothing."""
        return ""
