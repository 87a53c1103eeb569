"""The first tokens of a person's grant, however it came about: by a code (RFC 6749) or on a device (RFC 8628).

Decides what a family of refresh tokens rests on: the session's end, the assurance of the event that the person took
part in, and for a public client its key. That the grant is redeemed once is settled by the errand that asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import stands
from twogate.services.id_tokens import IdTokens
from twogate.services.token_set import Family, TokenSet, TokenSets
from twogate.settings.tokens import Tokens
from twogate.store.unit import Unit
from twogate.terms.binding import of_key
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.ids import GrantId
from twogate.terms.ports import Clock
from twogate.terms.proof import Proof


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What somebody has just used up: their grant, and what it was given for."""

    grant: GrantId | None
    proofs: Sequence[Proof]
    scope: tuple[str, ...]
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class FirstTokens:
    """Issues them, if everything the grant rests on still stands."""

    clock: Clock
    token_sets: TokenSets
    id_tokens: IdTokens
    settings: Tokens

    async def issue(self, unit: Unit, client: Client, redeemed: Redeemed, *, caller: Caller) -> TokenSet | InvalidGrant:
        """Return an access and a refresh token, and an ID token where ``openid`` was granted."""
        now, proofs, scope = self.clock.now(), tuple(redeemed.proofs), redeemed.scope
        grant = await unit.grants.get(redeemed.grant) if redeemed.grant else None
        user = await unit.users.get(grant.user) if grant and grant.user else None
        session = await unit.sessions.get(grant.session) if grant and grant.session else None
        standing = stands(grant, user, session, now=now)
        if isinstance(standing, InvalidGrant):
            return standing
        ends = min(now.plus(self.settings.refresh), standing.session.absolute_end)
        family = Family(proofs, scope, ends, "" if client.confidential else of_key(caller.key))
        event = Event.CLIENT_TOKEN_ISSUED
        issued = await self.token_sets.issue(unit, standing, family, scope=scope, event=event, caller=caller)
        if isinstance(issued, InvalidGrant) or "openid" not in scope:
            return issued
        identity = await self.id_tokens.issue(
            unit, client, standing.grant, access=issued.access, proofs=proofs, nonce=redeemed.nonce
        )
        return replace(issued, id_token=identity)
