"""Renew an access token (RFC 6749 section 6): each refresh token once, the whole family dies with a replayed one.

Decides the order, and for whom a lost answer is given again: for a moment, to a client that proved itself or the key
of the token, as long as what followed was not used. For anybody else a thief's use could not be told from the owner's
repeated one, so whoever repeats a refresh token has to sign in again (RFC 9700 section 4.14.2). A renewal keeps the
assurance of its own sign-in; what was proved later elsewhere does not raise it.
"""

from dataclasses import dataclass, field

from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, InvalidScope
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import (
    Standing,
    answer_lost,
    held,
    refresh_fits,
    stands,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import Renew
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import REFRESH_PREFIX
from twogate.services.grant_revocation import revoke_grant
from twogate.services.sessions import Anywhere, Holds
from twogate.services.token_set import Family, Renewed, TokenSet, TokenSets
from twogate.settings.tokens import Tokens
from twogate.store.refresh_tokens import RestingToken
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.session import RefreshToken


@dataclass(frozen=True, slots=True)
class Refresh:
    """Rotates refresh tokens."""

    clock: Clock
    token_sets: TokenSets
    settings: Tokens
    holds: Holds = field(default_factory=Anywhere)

    async def renew(
        self,
        unit: Unit,
        resting: RestingToken | None,
        request: Renew,
        *,
        client: Client,
        caller: Caller,
    ) -> TokenSet | InvalidGrant | InvalidScope:
        """Rotate the token that ``resting`` is about; ``client`` has proved itself."""
        now = self.clock.now()
        if resting is None or resting.token.client != client.id:
            return InvalidGrant(Reason.GRANT_INVALID, detail="no such refresh token of this client")
        token = resting.token
        if stranger := held(token, key=caller.key):
            return stranger
        again = token.used is not None
        if again and not await self._lost(unit, token, request, client=client, now=now):
            return await self._reused(unit, token, caller=caller, now=now)
        if misfit := refresh_fits(token, client, now=now, idle=self.settings.refresh_idle):
            return misfit
        asked = scope.within(request.scope, token.scope)
        if isinstance(asked, InvalidScope):
            return asked
        standing = await self._standing(unit, resting, client=client, caller=caller)
        if isinstance(standing, InvalidGrant):
            return standing
        if not again and not await unit.refresh_tokens.consume(token.digest, now):
            used = await unit.refresh_tokens.get(token.digest)
            again = used is not None and await self._lost(unit, used, request, client=client, now=now)
            if not again:
                return await self._reused(unit, token, caller=caller, now=now)
        return await self.token_sets.issue(
            unit,
            standing,
            Family(token.proofs, token.scope, token.expires, token.binding),
            scope=asked,
            event=Event.CLIENT_TOKEN_REFRESHED,
            caller=caller,
            renewed=Renewed(request.token, again=again),
        )

    async def _standing(
        self, unit: Unit, resting: RestingToken, *, client: Client, caller: Caller
    ) -> Standing | InvalidGrant:
        """What the token rests on, held to the conditions of signing in; a refusal uses nothing up.

        A client that keeps a secret calls from its own server: of its user the address of the session is known.
        """
        standing = stands(resting.grant, resting.user, resting.session, now=self.clock.now())
        if isinstance(standing, InvalidGrant):
            return standing
        address = standing.session.address if client.confidential else caller.address
        barred = await self.holds.barred_still(unit, standing.user.id, address)
        return standing if barred is None else InvalidGrant(barred.reason, detail=barred.detail)

    async def _lost(self, unit: Unit, token: RefreshToken, request: Renew, *, client: Client, now: Instant) -> bool:
        """Whether the answer to a used token was lost, so that it is given again."""
        follower = await unit.refresh_tokens.get(unit.refresh_tokens.successor(request.token, REFRESH_PREFIX).sha256())
        return answer_lost(token, follower, client, now=now, grace=self.settings.refresh_grace)

    async def _reused(self, unit: Unit, token: RefreshToken, *, caller: Caller, now: Instant) -> InvalidGrant:
        await unit.audit.append(
            Event.CLIENT_REFRESH_REUSED,
            at=now,
            actor=token.client,
            subject=token.grant,
            request_id=caller.request_id,
            address=caller.address,
        )
        await revoke_grant(unit, token.grant, now=now)
        return InvalidGrant(Reason.GRANT_REUSED)
