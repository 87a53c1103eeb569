"""The token endpoint (RFC 6749 section 3.2): authenticate the client, redeem its grant, all in one unit of work.

Decides which errand a request is for. A refusal after something was used up or revoked commits that as well.
"""

from dataclasses import dataclass, replace

from twogate.rules.protocols.oauth2.rfc6749_framework import token_request
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import RedeemCode, RedeemDevice, Renew, ServiceToken
from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.resource import refuse_other
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.services.access_tokens import AccessTokens
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.client_credentials import ClientCredentials
from twogate.services.code_exchange import CodeExchange
from twogate.services.device_grant import DeviceGrant
from twogate.services.dpop_proofs import spend
from twogate.services.refresh import Refresh
from twogate.services.token_set import TokenSet
from twogate.store.refresh_tokens import RestingToken
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """One request in, tokens or a typed error out."""

    store: Store
    access_tokens: AccessTokens
    clients: ClientAuthentication
    codes: CodeExchange
    refresh: Refresh
    services: ClientCredentials
    devices: DeviceGrant

    async def answer(
        self,
        presented: Presented,
        parameters: Parameters,
        caller: Caller,
        *,
        proof: Proved | None = None,
    ) -> TokenSet | OAuthRefusal:
        """Answer one request; ``proof``: a DPoP proof that nobody has used up yet."""
        await self.access_tokens.ready()
        await self.clients.ready(presented)
        async with self.store.work() as unit:
            resting = await self._resting(unit, parameters)
            known = resting.client if resting and resting.client.id == presented.client else None
            client = await self.clients.check(unit, presented, known=known)
            if isinstance(client, Client):
                return await self._proved(unit, parameters, resting, client=client, caller=caller, proof=proof)
        return await self._refused(client, presented, caller)

    async def _resting(self, unit: Unit, parameters: Parameters) -> RestingToken | None:
        """Look a refresh token up before anything else: the same question brings its client, grant and owner."""
        if parameters.get("grant_type") != token_request.REFRESH_TOKEN:
            return None
        return await unit.refresh_tokens.resting(Secret(parameters.get("refresh_token")).sha256())

    async def _proved(
        self,
        unit: Unit,
        parameters: Parameters,
        resting: RestingToken | None,
        *,
        client: Client,
        caller: Caller,
        proof: Proved | None,
    ) -> TokenSet | OAuthRefusal:
        """Use the proof up first: whatever follows, it was for this request."""
        if proof is None:
            if client.require_dpop:
                return InvalidDpopProof(Reason.DPOP_INVALID, "this client gets tokens for a DPoP proof only")
        else:
            if used := await spend(unit, proof):
                return used
            caller = replace(caller, key=proof.thumbprint)
        return await self._redeem(unit, parameters, resting, client=client, caller=caller)

    async def _redeem(
        self,
        unit: Unit,
        parameters: Parameters,
        resting: RestingToken | None,
        *,
        client: Client,
        caller: Caller,
    ) -> TokenSet | OAuthRefusal:
        if other := refuse_other(parameters, self.access_tokens.audience):
            return other
        request = token_request.read(parameters, client)
        match request:
            case RedeemCode():
                return await self.codes.redeem(unit, client, request, caller=caller)
            case Renew():
                return await self.refresh.renew(unit, resting, request, client=client, caller=caller)
            case ServiceToken():
                return await self.services.issue(unit, client, request, caller=caller)
            case RedeemDevice():
                return await self.devices.redeem(unit, client, request.device_code, caller=caller)
            case _:
                return request

    async def _refused(self, refused: InvalidClient, presented: Presented, caller: Caller) -> OAuthRefusal:
        return refused if not presented.guessed else await self.clients.count(presented, caller, detail=refused.detail)
