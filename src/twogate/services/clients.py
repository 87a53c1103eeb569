"""Register, list, block and remove OAuth clients; give a confidential one a new secret.

Decides what happens to a client's tokens when it goes: its grants are revoked, and a service account is blocked at
the gateways. A secret is shown once and stored as a digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import (
    CONFIDENTIAL,
    DEFAULT_SCOPE,
    Registration,
    mistakes,
)
from twogate.services.grant_revocation import revoke_grant
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.changes import ChangeKind
from twogate.terms.client import Client, ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.verdict import Refused

SECRET_PREFIX = "tg_cs_"  # noqa: S105


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """The client and, this once, the secret of a confidential one."""

    client: Client
    secret: Secret | None = field(default=None, repr=False)


def client_of(wanted: Registration, name: ClientId, *, secret_digest: str, created: Instant) -> Client:
    """Return the client that a registration without mistakes makes."""
    proving = wanted.proving
    return Client(
        id=name,
        name=wanted.name,
        kind=wanted.kind,
        secret_digest=secret_digest,
        redirect_uris=wanted.redirect_uris,
        scope=wanted.scope,
        created=created,
        auth_method=proving.method,
        jwks=proving.jwks,
        tls_subject=proving.tls_subject,
        require_pushed=wanted.require_pushed,
        require_dpop=wanted.require_dpop,
        third_party=wanted.third_party,
        post_logout_redirect_uris=wanted.logout.redirect_uris,
        backchannel_logout_uri=wanted.logout.backchannel_uri,
        id_token_alg=wanted.id_token_alg,
        jwks_uri=proving.jwks_uri,
    )


@dataclass(frozen=True, slots=True)
class Clients:
    """The errands around clients. Numbers returned are what ``Changes.in_force`` waits for; None: nothing to tell."""

    store: Store
    clock: Clock
    entropy: Entropy

    async def add(self, wanted: Registration, *, actor: str) -> RegisteredClient | tuple[Refused, ...]:
        """Register it, or return every mistake."""
        if wrong := mistakes(wanted):
            return wrong
        proving = wanted.proving
        secretive = wanted.kind in CONFIDENTIAL and not proving.method.keyed
        secret = new_secret(SECRET_PREFIX, self.entropy) if secretive else None
        person = wanted.kind is not ClientKind.SERVICE
        client = client_of(
            replace(wanted, scope=wanted.scope or (DEFAULT_SCOPE if person else ())),
            ClientId(wanted.id or new_id("cli", self.entropy)),
            secret_digest=secret.sha256() if secret else "",
            created=self.clock.now(),
        )
        try:
            async with self.store.work() as unit:
                await unit.clients.add(client)
                await self._note(unit, Event.ADMIN_CLIENT_CREATED, client.id, actor=actor)
        except Conflict:
            return (Refused(Reason.NAME_TAKEN, "id: another client has it"),)
        return RegisteredClient(client, secret)

    async def list(self) -> Sequence[Client]:
        async with self.store.read() as unit:
            return await unit.clients.list()

    async def get(self, client: ClientId) -> Client | None:
        async with self.store.read() as unit:
            return await unit.clients.get(client)

    async def replace_secret(self, client: ClientId, *, actor: str) -> Secret | Refused:
        """Give a confidential client a new secret; the old one is dead at once."""
        secret = new_secret(SECRET_PREFIX, self.entropy)
        async with self.store.work() as unit:
            if not await unit.clients.set_secret(client, secret.sha256()):
                return Refused(Reason.NOT_FOUND, "no such client, or one without a secret")
            await self._note(unit, Event.ADMIN_CLIENT_SECRET_REPLACED, client, actor=actor)
        return secret

    async def block(self, client: ClientId, *, actor: str) -> int | Refused | None:
        """Stop it: no new tokens, and its old ones are refused at the gateways."""
        now = self.clock.now()
        async with self.store.work() as unit:
            found = await unit.clients.get(client)
            if found is None:
                return Refused(Reason.NOT_FOUND)
            await unit.clients.set_blocked(client, now)
            await self._note(unit, Event.ADMIN_CLIENT_BLOCKED, client, actor=actor)
            number = await self._revoke_grants(unit, found, now)
            if found.kind is not ClientKind.SERVICE:
                return number
            return await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, client, at=now)

    async def unblock(self, client: ClientId, *, actor: str) -> int | Refused | None:
        """Let it in again. Grants that were revoked stay revoked."""
        now = self.clock.now()
        async with self.store.work() as unit:
            found = await unit.clients.get(client)
            if found is None:
                return Refused(Reason.NOT_FOUND)
            await unit.clients.set_blocked(client, None)
            await self._note(unit, Event.ADMIN_CLIENT_UNBLOCKED, client, actor=actor)
            if found.kind is not ClientKind.SERVICE:
                return None
            return await unit.feed.append(ChangeKind.SUBJECT_CLEARED, client, at=now)

    async def remove(self, client: ClientId, *, actor: str) -> int | Refused | None:
        """Forget it, its grants and its API tokens."""
        now = self.clock.now()
        async with self.store.work() as unit:
            found = await unit.clients.get(client)
            if found is None:
                return Refused(Reason.NOT_FOUND)
            await unit.clients.remove(client)
            await unit.consents.forget(client)
            await self._note(unit, Event.ADMIN_CLIENT_REMOVED, client, actor=actor)
            number = await self._revoke_grants(unit, found, now)
            for token in await unit.api_tokens.of_owner(client):
                if await unit.api_tokens.revoke(token.id, now):
                    number = await unit.feed.append(ChangeKind.API_TOKEN_REMOVED, token.digest, at=now)
            if found.blocked is not None and found.kind is ClientKind.SERVICE:
                # whoever gets this id next must not inherit the block; nothing is left that it could hold back
                number = await unit.feed.append(ChangeKind.SUBJECT_CLEARED, client, at=now)
            return number

    async def _revoke_grants(self, unit: Unit, client: Client, now: Instant) -> int | None:
        number = None
        for grant in await unit.grants.of_client(client.id):
            number = await revoke_grant(unit, grant.id, now=now) or number
        return number

    async def _note(self, unit: Unit, event: Event, client: ClientId, *, actor: str) -> None:
        await unit.audit.append(event, at=self.clock.now(), actor=actor, subject=client)
