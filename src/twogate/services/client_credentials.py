"""A service account's own access token (RFC 6749 section 4.4): short, never refreshed, never a person.

Decides that all tokens of a service account hang on one standing grant, so that blocking it is one revocation.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, InvalidScope
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import ServiceToken
from twogate.services.access_tokens import AccessTokens
from twogate.services.token_set import TokenSet
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.ids import GrantId, new_id
from twogate.terms.ports import Clock, Entropy
from twogate.terms.session import Grant
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Issues tokens to service accounts."""

    clock: Clock
    entropy: Entropy
    access_tokens: AccessTokens

    async def issue(
        self,
        unit: Unit,
        client: Client,
        request: ServiceToken,
        *,
        caller: Caller,
    ) -> TokenSet | InvalidGrant | InvalidScope:
        asked = scope.within(request.scope, client.scope)
        if isinstance(asked, InvalidScope):
            return asked
        grant = await self._grant(unit, client)
        access = await self.access_tokens.issue(
            unit,
            grant=grant,
            subject=client.id,
            client=client.id,
            proofs=(),
            scope=asked,
            binding=self.access_tokens.binding(caller),
        )
        if isinstance(access, Refused):
            return InvalidGrant(access.reason, detail=access.detail)
        await unit.audit.append(
            Event.CLIENT_TOKEN_ISSUED,
            at=self.clock.now(),
            actor=client.id,
            subject=client.id,
            request_id=caller.request_id,
            address=caller.address,
            facts={"grant": grant.id, "scope": " ".join(asked), "expires": access.facts.expires},
        )
        return TokenSet(access)

    async def _grant(self, unit: Unit, client: Client) -> Grant:
        """Return the client's live grant; a revoked one is followed by a new one, or it could never come back."""
        live = await unit.grants.of_client(client.id)
        if live:
            return live[0]
        now = self.clock.now()
        grant = Grant(
            id=GrantId(new_id("gnt", self.entropy)),
            client=client.id,
            user=None,
            session=None,
            scope=client.scope,
            audience=self.access_tokens.audience,
            created=now,
            last_expiry=now,
        )
        await unit.grants.add(grant)
        return grant
