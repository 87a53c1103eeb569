"""The pushed authorization request endpoint's errand (RFC 9126 section 2).

Decides the order: who asks, that the request is one that the authorization endpoint would take, then it is kept for a
minute or so under a name that nobody can guess.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import find_destination
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9126_pushed_requests import request
from twogate.rules.protocols.oauth2.rfc9449_dpop.authorization import read_key
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.rules.protocols.oidc.core.authentication_request import read_request
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.dpop_proofs import spend
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.ports import Clock, Entropy
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import PushedRequest


@dataclass(frozen=True, slots=True)
class Pushed:
    """The request is kept; ``uri`` stands for it at the authorization endpoint."""

    uri: Secret
    expires_in: int


@dataclass(frozen=True, slots=True)
class PushRequest:
    """Keeps authorization requests."""

    store: Store
    clock: Clock
    entropy: Entropy
    clients: ClientAuthentication
    life: int  # seconds

    async def answer(
        self,
        presented: Presented,
        parameters: Parameters,
        caller: Caller,
        *,
        proof: Proved | None = None,
    ) -> Pushed | OAuthRefusal:
        """Keep one request; ``proof``: a DPoP proof that nobody has used up yet."""
        await self.clients.ready(presented)
        async with self.store.work() as unit:
            client = await self.clients.check(unit, presented)
            if isinstance(client, Client):
                used = await spend(unit, proof) if proof else None
                return used or await self._keep(unit, client, parameters, key=proof.thumbprint if proof else "")
        return await self._refused(client, presented, caller)

    async def _keep(self, unit: Unit, client: Client, parameters: Parameters, *, key: str) -> Pushed | OAuthRefusal:
        content = request.kept(parameters, client)
        if isinstance(content, OAuthRefusal):
            return content
        destination = find_destination(content, client)
        if isinstance(destination, OAuthRefusal):
            return destination
        asked = read_request(content, destination)
        if isinstance(asked, OAuthRefusal):
            return asked
        named = read_key(content)
        binding = named if isinstance(named, OAuthRefusal) else request.binding(named, key)
        if isinstance(binding, OAuthRefusal):
            return binding
        uri = new_secret(request.PREFIX, self.entropy)
        ends = self.clock.now().plus(self.life)
        await unit.pushed_requests.add(
            PushedRequest(uri.sha256(), client.id, content.urlencoded(), binding=binding, expires=ends)
        )
        return Pushed(uri, self.life)

    async def _refused(self, refused: InvalidClient, presented: Presented, caller: Caller) -> OAuthRefusal:
        return await self.clients.count(presented, caller, detail=refused.detail) if presented.guessed else refused
