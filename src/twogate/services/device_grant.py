"""Sign-in for devices (RFC 8628), the device's side: it asks, shows a code, polls, and fetches its tokens once.

Decides how many may wait that one address asked for. The person's side is ``services.device_approval``; what a poll
hears is ``rules.protocols.oauth2.rfc8628_device_grant.polling``.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, OAuthRefusal, TooManyFailures
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8628_device_grant import authorization, polling, user_code
from twogate.rules.protocols.oauth2.rfc8628_device_grant.errors import SlowDown
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.dpop_proofs import spend
from twogate.services.first_tokens import FirstTokens, Redeemed
from twogate.services.token_set import TokenSet
from twogate.store.unit import Store, Unit
from twogate.terms.binding import of_key
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.device_request import DeviceRequest
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret

PREFIX = "tg_dc_"
INTERVAL = 5  # seconds between two polls (RFC 8628 section 3.2)
EACH_ADDRESS = 50  # requests from one address that wait at a time


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """What the device is told: a code to keep, one to show, and where it is typed."""

    device_code: Secret
    user_code: str
    expires_in: int
    interval: int = INTERVAL


@dataclass(frozen=True, slots=True)
class DeviceGrant:
    """One request from a device, and its way to tokens."""

    store: Store
    clock: Clock
    entropy: Entropy
    clients: ClientAuthentication
    first_tokens: FirstTokens
    life: int  # seconds

    async def ask(
        self, presented: Presented, parameters: Parameters, caller: Caller, *, proof: Proved | None = None
    ) -> DeviceAuthorization | OAuthRefusal:
        """Begin (RFC 8628 section 3.1); ``proof``: a DPoP proof whose key must fetch the tokens."""
        await self.clients.ready(presented)
        async with self.store.work() as unit:
            client = await self.clients.check(unit, presented)
            if isinstance(client, Client):
                used = await spend(unit, proof) if proof else None
                key = of_key(proof.thumbprint) if proof else ""
                return used or await self._begin(unit, client, parameters, caller=caller, binding=key)
        return await self.clients.count(presented, caller) if presented.guessed else client

    async def _begin(
        self, unit: Unit, client: Client, parameters: Parameters, *, caller: Caller, binding: str
    ) -> DeviceAuthorization | OAuthRefusal:
        scope = authorization.read(parameters, client)
        if isinstance(scope, OAuthRefusal):
            return scope
        now = self.clock.now()
        if await unit.device_requests.waiting_from(caller.address, now) >= EACH_ADDRESS:
            return TooManyFailures(Reason.BUSY, "too many devices wait that asked from this address", retry_after=60)
        secret, code = new_secret(PREFIX, self.entropy), user_code.new(self.entropy)
        while await unit.device_requests.waiting(user_code.digest(code), now) is not None:
            code = user_code.new(self.entropy)
        await unit.device_requests.add(
            DeviceRequest(
                digest=secret.sha256(),
                user_code=user_code.digest(code),
                client=client.id,
                scope=scope,
                binding=binding,
                address=caller.address,
                user_agent=caller.user_agent,
                created=now,
                expires=now.plus(self.life),
                interval=INTERVAL,
            ),
        )
        return DeviceAuthorization(secret, user_code.shown(code), self.life)

    async def redeem(
        self, unit: Unit, client: Client, device_code: Secret, *, caller: Caller
    ) -> TokenSet | OAuthRefusal:
        """Answer one poll (RFC 8628 section 3.4)."""
        now = self.clock.now()
        request = await unit.device_requests.get(device_code.sha256())
        heard = polling.poll(request, client, now=now, key=caller.key)
        if request is not None and request.client == client.id:
            slower = polling.MORE_SECONDS if isinstance(heard, SlowDown) else 0
            await unit.device_requests.polled(request.digest, now, interval=request.interval + slower)
        if isinstance(heard, OAuthRefusal):
            return heard
        if not await unit.device_requests.consume(heard.request.digest, now):
            return InvalidGrant(Reason.GRANT_REUSED)
        redeemed = Redeemed(heard.request.grant, heard.request.proofs, heard.request.scope)
        return await self.first_tokens.issue(unit, client, redeemed, caller=caller)
