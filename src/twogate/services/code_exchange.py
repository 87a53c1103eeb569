"""Redeem an authorization code (RFC 6749 sections 4.1.3 and 4.1.4, RFC 7636 section 4.6).

Decides the order: the code must fit the client, the redirect URI and the verifier before it is used up, and it is
used up by one conditional statement before anything is issued. A code that comes a second time revokes its grant.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import code_fits
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode
from twogate.services.first_tokens import FirstTokens, Redeemed
from twogate.services.grant_revocation import revoke_grant
from twogate.services.token_set import TokenSet
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.session import AuthorizationCode


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """Turns a code into tokens, once."""

    clock: Clock
    first_tokens: FirstTokens

    async def redeem(
        self,
        unit: Unit,
        client: Client,
        request: RedeemCode,
        *,
        caller: Caller,
    ) -> TokenSet | InvalidGrant:
        now = self.clock.now()
        code = await unit.codes.get(request.code.sha256())
        if code is None or code.client != client.id:
            return InvalidGrant(Reason.GRANT_INVALID, detail="no such code of this client")
        if code.used is None and (misfit := code_fits(code, request, client, now=now, key=caller.key)):
            return misfit
        if code.used is not None or not await unit.codes.consume(code.digest, now):
            return await self._reused(unit, code, caller=caller, now=now)
        redeemed = Redeemed(code.grant, code.proofs, code.scope, code.nonce)
        return await self.first_tokens.issue(unit, client, redeemed, caller=caller)

    async def _reused(self, unit: Unit, code: AuthorizationCode, *, caller: Caller, now: Instant) -> InvalidGrant:
        await unit.audit.append(
            Event.CLIENT_CODE_REUSED,
            at=now,
            actor=code.client,
            subject=code.grant,
            request_id=caller.request_id,
            address=caller.address,
        )
        await revoke_grant(unit, code.grant, now=now)
        return InvalidGrant(Reason.GRANT_REUSED)
