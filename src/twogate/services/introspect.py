"""Token introspection (RFC 7662): only for clients that prove themselves, and silent about tokens that are not good.

Decides which kind of token is looked up how. A refresh token is shown to its own client only.
"""

from dataclasses import dataclass
from typing import Any

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import TokenKind, kind_of
from twogate.rules.protocols.oauth2.rfc7662_introspection import response
from twogate.rules.protocols.oauth2.rfc9449_dpop.confirmation import token_type
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.token_standing import TokenStanding
from twogate.store.unit import Store
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class Introspect:
    """Tells a confidential client about a token."""

    store: Store
    clients: ClientAuthentication
    standing: TokenStanding
    issuer: str

    async def answer(
        self,
        presented: Presented,
        parameters: Parameters,
        caller: Caller,
    ) -> dict[str, Any] | OAuthRefusal:
        await self.clients.ready(presented)
        async with self.store.work() if presented.assertion else self.store.read() as unit:
            client = await self.clients.check(unit, presented)
        if isinstance(client, InvalidClient):
            return (
                client if not presented.guessed else await self.clients.count(presented, caller, detail=client.detail)
            )
        if not client.confidential:
            return InvalidClient(Reason.CLIENT_REFUSED, "introspection needs a client that proves itself")
        token = parameters.get("token")
        if not token:
            return InvalidRequest(Reason.INPUT_MALFORMED, "token is missing")
        return await self._describe(token, client)

    async def _describe(self, token: str, client: Client) -> dict[str, Any]:
        match kind_of(token):
            case TokenKind.ACCESS:
                return await self._access(token)
            case TokenKind.API:
                found = await self.standing.api_token(token)
                if isinstance(found, Refused):
                    return response.INACTIVE
                return response.active(found.value, issuer=self.issuer, token_type="api_token")  # noqa: S106
            case TokenKind.REFRESH:
                return await self._refresh(token, client.id)
            case TokenKind.OTHER:
                return response.INACTIVE

    async def _access(self, token: str) -> dict[str, Any]:
        match await self.standing.access(token):
            case Refused():
                return response.INACTIVE
            case Passed(read):
                return response.active(
                    read.facts,
                    issuer=self.issuer,
                    token_type=token_type(read.facts.binding),
                    jti=read.id,
                    sid=read.session or "",
                )

    async def _refresh(self, token: str, client: ClientId) -> dict[str, Any]:
        found = await self.standing.refresh_token(token, client)
        if isinstance(found, Refused):
            return response.INACTIVE
        async with self.store.read() as unit:
            grant = await unit.grants.get(found.value.grant)
        if grant is None or grant.user is None:
            return response.INACTIVE
        return response.active_refresh(found.value, issuer=self.issuer, subject=grant.user)
