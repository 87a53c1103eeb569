"""Token revocation (RFC 7009): what is revoked is refused at the gateways before "done" is said.

Decides what dies with what: an access token alone; with a refresh token its whole grant. A token that is not good,
or not known, is as good as revoked. One that belongs to another client is left alone.
"""

from dataclasses import dataclass
from typing import Protocol

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidClient,
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc7009_revocation.errors import UnsupportedTokenType
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import TokenKind, kind_of
from twogate.services.access_tokens import AccessTokens
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.grant_revocation import revoke_grant
from twogate.store.unit import Store, Unit
from twogate.terms.access import AccessFacts
from twogate.terms.caller import Caller
from twogate.terms.changes import ChangeKind
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


class InForce(Protocol):
    """Whether every live gateway has applied a change."""

    @property
    def done(self) -> bool: ...

    @property
    def missing(self) -> tuple[str, ...]: ...


class Changes(Protocol):
    """What ``services.changes`` offers to whoever must know that a change is in force."""

    def hurry(self) -> None: ...

    async def in_force(self, number: int, timeout: float) -> InForce: ...


@dataclass(frozen=True, slots=True)
class Revoked:
    """Done. ``lagging``: gateways that have not confirmed it in time; they will refuse it a little later."""

    lagging: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revoke:
    """Revokes a client's own tokens."""

    store: Store
    clock: Clock
    access_tokens: AccessTokens
    clients: ClientAuthentication
    changes: Changes
    patience: float  # seconds to wait for gateways

    async def answer(
        self,
        presented: Presented,
        parameters: Parameters,
        caller: Caller,
    ) -> Revoked | OAuthRefusal:
        token = parameters.get("token")
        facts = await self._facts(token)
        await self.clients.ready(presented)
        async with self.store.work() as unit:
            client = await self.clients.check(unit, presented)
            if isinstance(client, Client):
                outcome = await self._revoke(unit, client, token, facts=facts, caller=caller)
        if isinstance(client, InvalidClient):
            return (
                client if not presented.guessed else await self.clients.count(presented, caller, detail=client.detail)
            )
        if isinstance(outcome, OAuthRefusal) or outcome is None:
            return outcome or Revoked()
        self.changes.hurry()
        confirmed = await self.changes.in_force(outcome, self.patience)
        return Revoked(() if confirmed.done else tuple(confirmed.missing))

    async def _facts(self, token: str) -> AccessFacts | None:
        if kind_of(token) is not TokenKind.ACCESS:
            return None
        read = await self.access_tokens.read(token)
        return None if isinstance(read, Refused) else read.value.facts

    async def _revoke(
        self,
        unit: Unit,
        client: Client,
        token: str,
        *,
        facts: AccessFacts | None,
        caller: Caller,
    ) -> int | OAuthRefusal | None:
        """Return the number of the change that gateways must apply, None when there is none."""
        if not token:
            return InvalidRequest(Reason.INPUT_MALFORMED, "token is missing")
        if facts is not None:
            return await self._access(unit, client, token, facts=facts, caller=caller)
        if kind_of(token) is TokenKind.API:
            return UnsupportedTokenType(Reason.NOT_SUPPORTED, "API tokens are revoked by their owner, not by a client")
        found = await unit.refresh_tokens.get(Secret(token).sha256())
        if found is None:
            return None
        if found.client != client.id:
            return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED, "the token belongs to another client")
        await self._note(unit, client, found.grant, caller=caller)
        return await revoke_grant(unit, found.grant, now=self.clock.now())

    async def _access(
        self,
        unit: Unit,
        client: Client,
        token: str,
        *,
        facts: AccessFacts,
        caller: Caller,
    ) -> int | UnauthorizedClient:
        if facts.client != client.id:
            return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED, "the token belongs to another client")
        await self._note(unit, client, facts.grant, caller=caller)
        digest = Secret(token).sha256()
        until = facts.expires + 1
        return await unit.feed.append(ChangeKind.TOKEN_REVOKED, digest, at=self.clock.now(), until=until)

    async def _note(self, unit: Unit, client: Client, grant: str, *, caller: Caller) -> None:
        await unit.audit.append(
            Event.CLIENT_TOKEN_REVOKED,
            at=self.clock.now(),
            actor=client.id,
            subject=grant,
            request_id=caller.request_id,
            address=caller.address,
        )
