"""DPoP proofs (RFC 9449) at the control plane's own endpoints, and for the gateways: checked, then used up.

Decides that a proof is used up by one statement of the database, on whichever node it comes first, and where a nonce
is demanded. What makes a proof good is ``rules.protocols.oauth2.rfc9449_dpop``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc9449_dpop import nonce, proof
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof, UseDpopNonce
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Asked, Proved
from twogate.services.access_tokens import AccessTokens, SigningKeys
from twogate.store.unit import Store, Unit
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Brought:
    """What a gateway says of a proof that it found good."""

    mark: str
    until: Instant
    nonce: str


async def spend(unit: Unit, proved: Proved) -> InvalidDpopProof | None:
    """Use a proof up in this unit; return that somebody did before."""
    if await unit.replays.spend(proved.mark, proved.until):
        return None
    return InvalidDpopProof(Reason.DPOP_REPLAYED)


@dataclass(frozen=True, slots=True)
class DpopProofs:
    """Checks proofs."""

    store: Store
    clock: Clock
    keyring: SigningKeys
    access_tokens: AccessTokens

    async def check(self, headers: Sequence[str], asked: Asked) -> Proved | InvalidDpopProof | UseDpopNonce:
        """Say what the ``DPoP`` header fields of a request prove; nothing is used up yet."""
        proved = proof.check(headers, asked, now=self.clock.now())
        if isinstance(proved, InvalidDpopProof) or await self._nonce_good(proved.nonce):
            return proved
        return UseDpopNonce(Reason.DPOP_NONCE_NEEDED, nonce=await self.fresh_nonce())

    async def use_up(self, proved: Proved) -> InvalidDpopProof | None:
        """Use a proof up in a unit of its own."""
        async with self.store.work() as unit:
            return await spend(unit, proved)

    async def judge(self, brought: Sequence[Brought]) -> list[Reason | None]:
        """Use up what gateways bring; for each, None for the first to bring it, else why it does not count."""
        good = [await self._nonce_good(one.nonce) for one in brought]
        marks = {one.mark: one.until for one, fine in zip(brought, good, strict=True) if fine}
        async with self.store.work() as unit:
            fresh = set(await unit.replays.spend_all(marks))
        verdicts: list[Reason | None] = []
        for one, fine in zip(brought, good, strict=True):
            verdicts.append((None if one.mark in fresh else Reason.DPOP_REPLAYED) if fine else Reason.DPOP_NONCE_NEEDED)
            if fine:
                fresh.discard(one.mark)  # the same proof once more in the same breath
        return verdicts

    async def fresh_nonce(self) -> str:
        """Return a nonce of now."""
        signer = await self.keyring.signer()
        return nonce.make(kid=signer.kid, key=signer.key, now=self.clock.now())

    async def _nonce_good(self, given: str) -> bool:
        if not self.access_tokens.settings.dpop_nonce:
            return True
        return nonce.good(given, await self.access_tokens.verification_keys(), now=self.clock.now())
