"""Programs register themselves (RFC 7591), and look after what they registered (RFC 7592).

Decides who may: whoever has an initial access token of the operator, or anybody where registration is open, so many
from
one network in an hour. A registration access token is replaced whenever it was used for a change; a removed client's
tokens end with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal, TooManyFailures
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import CONFIDENTIAL, Registration
from twogate.rules.protocols.oauth2.rfc7591_registration.errors import RegistrationRefused
from twogate.rules.protocols.oauth2.rfc7591_registration.metadata import read_metadata
from twogate.services.clients import SECRET_PREFIX, Clients, client_of
from twogate.settings.registration import RegistrationSettings
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import AuthMethod, Client
from twogate.terms.consent import RegistrationToken
from twogate.terms.events import Event
from twogate.terms.ids import ClientId, new_id
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.verdict import Refused

INITIAL_PREFIX = "tg_iat_"
ACCESS_PREFIX = "tg_rat_"
_HOUR = 3_600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Registered:
    """A client, and what it is told this once."""

    client: Client
    access: Secret | None = field(default=None, repr=False)  # for looking after it
    secret: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Registering:
    """The errands of self-registered clients."""

    store: Store
    clock: Clock
    entropy: Entropy
    settings: RegistrationSettings

    async def invite(self, name: str, *, uses: int, days: int, actor: str) -> Secret:
        """Make an initial access token for so many clients."""
        token, now = new_secret(INITIAL_PREFIX, self.entropy), self.clock.now()
        async with self.store.work() as unit:
            await unit.registration_tokens.add(
                RegistrationToken(token.sha256(), name, now, now.plus(days * _DAY), uses),
            )
            event = Event.ADMIN_REGISTRATION_TOKEN_CREATED
            await unit.audit.append(event, at=now, actor=actor, subject=name, facts={"uses": uses, "days": days})
        return token

    async def register(
        self, said: Mapping[str, Any], bearer: Secret | None, caller: Caller
    ) -> Registered | OAuthRefusal:
        """Register a program."""
        wanted = read_metadata(said, scopes=self.settings.scopes, services=bearer is not None)
        if isinstance(wanted, OAuthRefusal):
            return wanted
        async with self.store.work() as unit:
            if refused := await self._admit(unit, bearer, caller):
                return refused
            access, secret = new_secret(ACCESS_PREFIX, self.entropy), self._secret(wanted)
            name = ClientId(new_id("cli", self.entropy))
            digest = secret.sha256() if secret else ""
            client = client_of(wanted, name, secret_digest=digest, created=self.clock.now())
            client = replace(client, registration_digest=access.sha256())
            await unit.clients.add(client)
            await self._note(unit, Event.CLIENT_REGISTERED, client, caller=caller)
        return Registered(client, access, secret)

    async def read(self, name: ClientId, bearer: Secret | None) -> Registered | RegistrationRefused:
        """What is registered (RFC 7592 section 2.1)."""
        async with self.store.read() as unit:
            client = await self._owned(unit, name, bearer)
        return client if isinstance(client, RegistrationRefused) else Registered(client)

    async def change(
        self, name: ClientId, said: Mapping[str, Any], bearer: Secret | None, *, caller: Caller
    ) -> Registered | OAuthRefusal:
        """Put other metadata in the place of all that was there (RFC 7592 section 2.2); the token is replaced."""
        async with self.store.work() as unit:
            client = await self._owned(unit, name, bearer)
            if isinstance(client, RegistrationRefused):
                return client
            services = not client.redirect_uris and client.confidential
            wanted = read_metadata(said, scopes=self.settings.scopes, services=services)
            if isinstance(wanted, OAuthRefusal):
                return wanted
            keeps = bool(client.secret_digest) and self._keeps_secret(wanted)
            secret = None if keeps else self._secret(wanted)
            digest = client.secret_digest if keeps else secret.sha256() if secret else ""
            access = new_secret(ACCESS_PREFIX, self.entropy)
            changed = client_of(wanted, name, secret_digest=digest, created=client.created)
            changed = replace(changed, registration_digest=access.sha256(), blocked=client.blocked)
            await unit.clients.replace(changed)
            if set(changed.redirect_uris) - set(client.redirect_uris) or changed.name != client.name:
                await unit.consents.forget(name)  # people allowed what was sent to another address, by another name
            await self._note(unit, Event.CLIENT_REGISTRATION_CHANGED, changed, caller=caller)
        return Registered(changed, access, secret)

    async def remove(self, name: ClientId, bearer: Secret | None, caller: Caller) -> int | RegistrationRefused | None:
        """Take it away with all that it got (RFC 7592 section 2.3)."""
        async with self.store.work() as unit:
            client = await self._owned(unit, name, bearer)
            if isinstance(client, RegistrationRefused):
                return client
            await self._note(unit, Event.CLIENT_REGISTRATION_REMOVED, client, caller=caller)
        gone = await Clients(self.store, self.clock, self.entropy).remove(name, actor=name)
        return RegistrationRefused(Reason.REGISTRATION_REFUSED) if isinstance(gone, Refused) else gone

    async def _admit(self, unit: Unit, bearer: Secret | None, caller: Caller) -> OAuthRefusal | None:
        now = self.clock.now()
        if bearer is not None:
            spent = await unit.registration_tokens.spend(bearer.sha256(), now)
            return None if spent else RegistrationRefused(Reason.REGISTRATION_REFUSED)
        if not self.settings.open:
            return RegistrationRefused(Reason.REGISTRATION_REFUSED)
        budget = await unit.budgets.reserve(
            f"register:{caller.neighbourhood}", now=now, limit=self.settings.each_hour, lock_seconds=_HOUR, cap=10**9
        )
        return None if budget.allowed else TooManyFailures(Reason.TOO_OFTEN, retry_after=_HOUR)

    async def _owned(self, unit: Unit, name: ClientId, bearer: Secret | None) -> Client | RegistrationRefused:
        """The client whose token this is: an unknown client and a wrong token look the same."""
        client = await unit.clients.get(name)
        shown = bearer.sha256() if bearer else ""
        if client is None or not client.registration_digest or not shown or client.blocked is not None:
            return RegistrationRefused(Reason.REGISTRATION_REFUSED)
        right = Secret(client.registration_digest).matches(Secret(shown))
        return client if right else RegistrationRefused(Reason.REGISTRATION_REFUSED)

    def _keeps_secret(self, wanted: Registration) -> bool:
        return wanted.kind in CONFIDENTIAL and not wanted.proving.method.keyed

    def _secret(self, wanted: Registration) -> Secret | None:
        """A secret for who proves itself by one. Public clients get none, whatever they ask for."""
        if not self._keeps_secret(wanted) or wanted.proving.method is AuthMethod.NONE:
            return None
        return new_secret(SECRET_PREFIX, self.entropy)

    async def _note(self, unit: Unit, event: Event, client: Client, *, caller: Caller) -> None:
        await unit.audit.append(
            event,
            at=self.clock.now(),
            actor=client.id,
            subject=client.id,
            request_id=caller.request_id,
            address=caller.address,
            facts={"name": client.name, "kind": str(client.kind)},
        )
