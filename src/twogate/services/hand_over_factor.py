"""Hand a second factor over in person: an administrator sets it up with its owner beside them.

Decides that this is possible only for somebody who has none yet: whoever has one sets up another by themselves, and a
lost one goes through a reset. The secret is shown once; that the owner's app knows it is confirmed where somebody is
there to do so.
"""

from dataclasses import dataclass, field

from twogate.rules.factors.contract import Accepted, Account, Begin, Factor, Role
from twogate.services.authenticators import Authenticators, SetUp
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A factor that is offered and not yet set up."""

    user: User
    factor: Factor
    begin: Begin = field(repr=False)


class HandOverFactor:
    """Offer, then set up."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        settings: SignInSettings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._settings = settings

    async def offer(self, user: User, factor: str) -> HandedOver | Refused:
        """Make a secret to be shown to its owner."""
        found = self._authenticators.registry.get(factor)
        if found is None or found.role is not Role.SECOND or not found.self_service:
            return Refused(Reason.FACTOR_NOT_OFFERED)
        account = Account(self._settings.issuer, user.name, (user.display_name,))
        return HandedOver(user, found, found.offer(account, self._entropy))

    async def set_up(self, handed: HandedOver, *, confirmed_by: Secret | None, actor: str) -> Passed[User] | Refused:
        """Save it; with ``confirmed_by`` only if that is a good first code."""
        state, factor, now = handed.begin.remember, handed.factor, self._clock.now()
        accepted = Accepted(state, factor.nature(state))
        if confirmed_by is not None:
            verdict = factor.accept(state, confirmed_by, now)
            if isinstance(verdict, Refused):
                return verdict
            if isinstance(verdict.value, Begin):
                return Refused(Reason.FACTOR_NOT_OFFERED, "this one is set up by its owner")
            accepted = verdict.value
        made = SetUp(factor, accepted, None, now)
        desk = Caller(address="", user_agent=f"an administrator ({actor})", request_id="")
        async with self._store.work() as unit:
            if any(one.factor == factor.name for one in await unit.credentials.of_user(handed.user.id)):
                return Refused(Reason.ALREADY_ENROLLED)
            await self._authenticators.add(unit, handed.user, made, caller=desk)
        return Passed(handed.user)
