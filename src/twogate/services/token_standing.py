"""Is a token in force at this moment? Asked by introspection and userinfo; gateways know by their own maps.

Decides from signature, grant, revocations and owner together. Every doubt means no.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import PERSONAL_PREFIX
from twogate.rules.protocols.oauth2.rfc9068_jwt_access_token.claims import AccessToken
from twogate.services.access_tokens import AccessTokens
from twogate.services.api_token_facts import facts_of
from twogate.store.unit import Store, Unit
from twogate.terms.access import AccessFacts
from twogate.terms.changes import ChangeKind
from twogate.terms.ids import ClientId, GrantId, UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import RefreshToken
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """Looks tokens up."""

    store: Store
    clock: Clock
    access_tokens: AccessTokens

    async def access(self, token: str) -> Passed[AccessToken] | Refused:
        """Return what a signed access token says, if it is in force and for this API."""
        match await self.access_tokens.read(token):
            case Refused() as no:
                return no
            case Passed(read):
                facts = read.facts
        if facts.audience != self.access_tokens.audience:
            return Refused(Reason.AUDIENCE_WRONG)
        async with self.store.read() as unit:
            grant = await unit.grants.get(GrantId(facts.grant))
            if grant is None or grant.revoked is not None:
                return Refused(Reason.TOKEN_REVOKED)
            if await unit.feed.held(ChangeKind.TOKEN_REVOKED, Secret(token).sha256()) is not None:
                return Refused(Reason.TOKEN_REVOKED)
            if await _owner_blocked(unit, facts.subject, person=grant.user is not None):
                return Refused(Reason.SUBJECT_BLOCKED)
        return Passed(read)

    async def api_token(self, token: str) -> Passed[AccessFacts] | Refused:
        """Return what an API token stands for, if it is in force."""
        now = self.clock.now()
        async with self.store.read() as unit:
            found = await unit.api_tokens.by_digest(Secret(token).sha256())
            if found is None or found.revoked is not None or found.expires <= now:
                return Refused(Reason.TOKEN_REVOKED)
            if await _owner_blocked(unit, found.owner, person=token.startswith(PERSONAL_PREFIX)):
                return Refused(Reason.SUBJECT_BLOCKED)
        return Passed(facts_of(found))

    async def refresh_token(self, token: str, client: ClientId) -> Passed[RefreshToken] | Refused:
        """Return a refresh token of this client, if it may still be used."""
        now = self.clock.now()
        async with self.store.read() as unit:
            found = await unit.refresh_tokens.get(Secret(token).sha256())
            if found is None or found.client != client or found.used is not None or self._too_old(found, now):
                return Refused(Reason.GRANT_INVALID)
            grant = await unit.grants.get(found.grant)
            if grant is None or grant.revoked is not None:
                return Refused(Reason.TOKEN_REVOKED)
            if grant.user is None or await _owner_blocked(unit, grant.user, person=True):
                return Refused(Reason.SUBJECT_BLOCKED)
            session = await unit.sessions.get(grant.session) if grant.session else None
            if session is None or session.ended is not None or session.absolute_end <= now:
                return Refused(Reason.SESSION_ENDED)
        return Passed(found)

    def _too_old(self, token: RefreshToken, now: Instant) -> bool:
        """Whether the token endpoint would not take it any more: its family is over, or it lay unused too long."""
        return token.expires <= now or token.issued.plus(self.access_tokens.settings.refresh_idle) <= now


async def _owner_blocked(unit: Unit, owner: str, *, person: bool) -> bool:
    if person:
        user = await unit.users.get(UserId(owner))
        return user is None or user.blocked is not None
    client = await unit.clients.get(ClientId(owner))
    return client is None or client.blocked is not None
