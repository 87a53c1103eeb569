"""What a factor says beyond the contract when its authenticators are things that wait in a store for an owner.

Decides the shape. ``accept`` of such a factor finds the thing that was claimed under ``stock``, and what a validation
server said about it under ``answer``; both are put there by the errand (``services.stock``).
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from twogate.rules.factors.contract import FactorState
from twogate.terms.secret import Secret

STOCK = "stock"
ANSWER = "answer"


@runtime_checkable
class Stocked(Protocol):
    """A factor of things with serials."""

    @property
    def may_take(self) -> bool:
        """Whether people may take a waiting thing themselves; otherwise an administrator gives it to them."""

    def stocked(self, state: FactorState) -> bool:
        """Whether this credential came out of the store, so that nobody else may have it."""

    def claims(self, remembered: FactorState, given: Secret) -> str:
        """Which waiting thing somebody says is theirs; empty = none yet."""

    def stands_in(self, given: Secret) -> FactorState | None:
        """What stands for a thing that does not wait in the store; None = nothing does."""

    def consult(self, states: Sequence[FactorState], given: Secret) -> str:
        """What a validation server has to be asked about this proof; empty = nothing."""
