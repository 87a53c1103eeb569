"""What a successful token request yields: an access token, and where it applies a refresh token and an ID token.

Decides nothing about whether it may be issued; that is settled by the errand that calls it in its own unit.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import Standing
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import REFRESH_PREFIX
from twogate.services.access_tokens import AccessTokens, IssuedToken
from twogate.store.unit import Unit
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import RefreshToken
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The answer of the token endpoint."""

    access: IssuedToken
    refresh: Secret | None = None
    id_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """What every refresh token of one grant has in common."""

    proofs: tuple[Proof, ...]
    scope: tuple[str, ...]
    ends: Instant
    binding: str = ""  # the key of a public client


@dataclass(frozen=True, slots=True)
class Renewed:
    """The refresh token that was brought; ``again``: its answer was lost, and is given once more."""

    token: Secret
    again: bool = False


@dataclass(frozen=True, slots=True)
class TokenSets:
    """Issues the tokens of a person's grant."""

    access_tokens: AccessTokens
    clock: Clock
    entropy: Entropy

    async def issue(
        self,
        unit: Unit,
        standing: Standing,
        family: Family,
        *,
        scope: tuple[str, ...],
        event: Event,
        caller: Caller,
        renewed: Renewed | None = None,
    ) -> TokenSet | InvalidGrant:
        """Issue an access token for ``scope`` and the next refresh token of the family, and write it down."""
        access = await self.access_tokens.issue(
            unit,
            grant=standing.grant,
            subject=standing.user.id,
            client=standing.grant.client,
            proofs=family.proofs,
            scope=scope,
            session=standing.session,
            binding=self.access_tokens.binding(caller),
        )
        if isinstance(access, Refused):
            return InvalidGrant(access.reason, detail=access.detail)
        refresh = await self._next(unit, standing, family, renewed=renewed)
        await unit.audit.append(
            event,
            at=self.clock.now(),
            actor=standing.grant.client,
            subject=standing.user.id,
            request_id=caller.request_id,
            address=caller.address,
            facts={
                "grant": standing.grant.id,
                "scope": " ".join(scope),
                "level": access.facts.rank,
                "auth_time": access.facts.auth_time,
                "expires": access.facts.expires,
            },
        )
        return TokenSet(access, refresh)

    async def _next(self, unit: Unit, standing: Standing, family: Family, *, renewed: Renewed | None) -> Secret:
        if renewed is None:
            secret = new_secret(REFRESH_PREFIX, self.entropy)
        else:
            secret = unit.refresh_tokens.successor(renewed.token, REFRESH_PREFIX)
            if renewed.again:
                return secret
        await unit.refresh_tokens.add(
            RefreshToken(
                digest=secret.sha256(),
                grant=standing.grant.id,
                client=standing.grant.client,
                proofs=family.proofs,
                scope=family.scope,
                issued=self.clock.now(),
                expires=family.ends,
                binding=family.binding,
            ),
        )
        return secret
