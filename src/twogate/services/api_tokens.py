"""API tokens of people and service accounts: made, listed, revoked.

Decides how long one may live, who may have one, and what owners may give themselves: a person's own choice of scope
goes no further than what some app for people was registered for, because rules tell by scopes what only machines may
do. An operator may give any. Its text is shown once and stored as a digest; gateways learn the
digest and what it stands for by the change feed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from twogate.rules.protocols.oauth2.rfc6749_framework import scope as scopes
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import PERSONAL_PREFIX, SERVICE_PREFIX
from twogate.rules.signin.notices import NoticeKind
from twogate.services.api_token_facts import facts_of
from twogate.services.notices import tell
from twogate.settings.tokens import Tokens
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.changes import ChangeKind
from twogate.terms.client import ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ApiTokenId, ClientId, UserId, new_id
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import ApiToken
from twogate.terms.verdict import Refused

_LONGEST_NAME = 64
_DAY = 86_400
_DESK = Caller(address="", user_agent="an administrator", request_id="")


@dataclass(frozen=True, slots=True)
class CreatedApiToken:
    """The token and, this once, its text. ``change`` is what ``Changes.in_force`` waits for."""

    token: ApiToken
    secret: Secret = field(repr=False)
    change: int


@dataclass(frozen=True, slots=True)
class ApiTokens:
    """The errands around API tokens."""

    store: Store
    clock: Clock
    entropy: Entropy
    audience: str
    settings: Tokens

    async def create(
        self,
        owner: str,
        *,
        name: str,
        scope: Iterable[str],
        days: int,
        actor: str,
        caller: Caller = _DESK,
        by_owner: bool = False,
    ) -> CreatedApiToken | Refused:
        """Make a token for a user, who is told, or for a service account (``owner`` is its id).

        ``by_owner``: the person makes it themselves, and nobody has looked at what they want.
        """
        wanted = tuple(scope)
        if not 1 <= days <= self.settings.api_token_days:
            return Refused(Reason.INPUT_MALFORMED, f"an API token lives 1 to {self.settings.api_token_days} days")
        if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
            return Refused(Reason.INPUT_MALFORMED, f"a name is 1 to {_LONGEST_NAME} printable characters")
        if not scopes.well_formed(wanted):
            return Refused(Reason.SCOPE_REFUSED)
        now = self.clock.now()
        async with self.store.work() as unit:
            if await unit.obligations.get(UserId(owner), Owed.PASSWORD_CHANGE):
                return Refused(Reason.PASSWORD_CHANGE_REQUIRED)
            prefix = await self._prefix(unit, owner, wanted)
            if isinstance(prefix, Refused):
                return prefix
            if by_owner and (refused := await self._too_much(unit, owner, wanted)):
                return refused
            secret = new_secret(prefix, self.entropy)
            token = ApiToken(
                id=ApiTokenId(new_id("tok", self.entropy)),
                digest=secret.sha256(),
                owner=owner,
                name=name,
                scope=wanted,
                audience=self.audience,
                created=now,
                expires=now.plus(days * _DAY),
            )
            await self._tell(unit, token, caller)
            return CreatedApiToken(token, secret, await self._add(unit, token, actor))

    async def of(self, owner: str) -> Sequence[ApiToken]:
        """Newest first, revoked and expired ones included."""
        async with self.store.read() as unit:
            return await unit.api_tokens.of_owner(owner)

    async def list(self) -> Sequence[ApiToken]:
        async with self.store.read() as unit:
            return await unit.api_tokens.list()

    async def revoke(self, token: ApiTokenId, *, actor: str, owner: str | None = None) -> int | Refused:
        """Revoke it, if ``owner`` is None or its owner; return the change's number."""
        now = self.clock.now()
        async with self.store.work() as unit:
            found = await unit.api_tokens.get(token)
            if found is None or (owner is not None and found.owner != owner):
                return Refused(Reason.NOT_FOUND)
            if not await unit.api_tokens.revoke(token, now):
                return Refused(Reason.TOKEN_REVOKED)
            await unit.audit.append(
                Event.API_TOKEN_REVOKED, at=now, actor=actor, subject=found.owner, facts={"token": token}
            )
            return await unit.feed.append(ChangeKind.API_TOKEN_REMOVED, found.digest, at=now)

    async def _prefix(self, unit: Unit, owner: str, wanted: Sequence[str]) -> str | Refused:
        user = await unit.users.get(UserId(owner))
        if user is not None:
            return Refused(Reason.SUBJECT_BLOCKED) if user.blocked is not None else PERSONAL_PREFIX
        client = await unit.clients.get(ClientId(owner))
        if client is None or client.kind is not ClientKind.SERVICE:
            return Refused(Reason.NOT_FOUND)
        if client.blocked is not None:
            return Refused(Reason.SUBJECT_BLOCKED)
        return SERVICE_PREFIX if set(wanted) <= set(client.scope) else Refused(Reason.SCOPE_REFUSED)

    async def _too_much(self, unit: Unit, owner: str, wanted: Sequence[str]) -> Refused | None:
        """Why somebody may not give themselves that."""
        await unit.alone(f"API tokens of {owner}")  # two at once count one after the other
        if await unit.api_tokens.live(owner, self.clock.now()) >= self.settings.api_tokens_each:
            return Refused(Reason.TOO_MANY_HELD)
        apps = [one for one in await unit.clients.list() if one.kind is not ClientKind.SERVICE and one.blocked is None]
        if not set(wanted) <= {scope for app in apps for scope in app.scope}:
            return Refused(Reason.SCOPE_REFUSED, "no app for people was registered for that")
        return None

    async def _tell(self, unit: Unit, token: ApiToken, caller: Caller) -> None:
        user = await unit.users.get(UserId(token.owner))
        if user is not None:
            kind, at = NoticeKind.API_TOKEN_CREATED, token.created
            await tell(unit, user, kind, what=token.name, at=at, caller=caller, entropy=self.entropy)

    async def _add(self, unit: Unit, token: ApiToken, actor: str) -> int:
        await unit.api_tokens.add(token)
        facts = {"token": token.id, "name": token.name, "scope": " ".join(token.scope), "expires": int(token.expires)}
        await unit.audit.append(
            Event.API_TOKEN_CREATED,
            at=token.created,
            actor=actor,
            subject=token.owner,
            facts=facts,
        )
        return await unit.feed.append(
            ChangeKind.API_TOKEN_ADDED,
            token.digest,
            at=token.created,
            value=facts_of(token).pack(),
            until=token.expires.seconds,
        )
