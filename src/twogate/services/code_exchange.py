"""Redeem an authorization code (RFC 6749 sections 4.1.3 and 4.1.4, RFC 7636 section 4.6).

Decides the order: the code must fit the client, the redirect URI and the verifier before it is used up, and it is
used up by one conditional statement before anything is issued. A code that comes a second time revokes its grant.
"""

from dataclasses import dataclass, replace

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import code_fits, stands
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode
from twogate.services.grant_revocation import revoke_grant
from twogate.services.id_tokens import IdTokens
from twogate.services.token_set import Family, TokenSet, TokenSets
from twogate.settings.tokens import Tokens
from twogate.store.unit import Unit
from twogate.terms.binding import of_key
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
    token_sets: TokenSets
    id_tokens: IdTokens
    settings: Tokens

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
        return await self._issue(unit, code, client=client, caller=caller, now=now)

    async def _issue(
        self,
        unit: Unit,
        code: AuthorizationCode,
        *,
        client: Client,
        caller: Caller,
        now: Instant,
    ) -> TokenSet | InvalidGrant:
        grant = await unit.grants.get(code.grant)
        user = await unit.users.get(grant.user) if grant and grant.user else None
        session = await unit.sessions.get(grant.session) if grant and grant.session else None
        standing = stands(grant, user, session, now=now)
        if isinstance(standing, InvalidGrant):
            return standing
        ends = min(now.plus(self.settings.refresh), standing.session.absolute_end)
        family = Family(code.proofs, code.scope, ends, "" if client.confidential else of_key(caller.key))
        issued = await self.token_sets.issue(
            unit,
            standing,
            family,
            scope=code.scope,
            event=Event.CLIENT_TOKEN_ISSUED,
            caller=caller,
        )
        if isinstance(issued, InvalidGrant) or "openid" not in code.scope:
            return issued
        identity = await self.id_tokens.issue(
            unit,
            client,
            standing.grant,
            access=issued.access,
            proofs=code.proofs,
            nonce=code.nonce,
        )
        return replace(issued, id_token=identity)

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
