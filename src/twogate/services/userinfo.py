"""The userinfo endpoint's errand (OpenID Connect Core section 5.3): claims about whoever the token is for."""

from dataclasses import dataclass
from typing import Any

from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InsufficientScope, InvalidToken
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.confirmation import met
from twogate.rules.protocols.oidc.core import user_info
from twogate.services.token_standing import TokenStanding
from twogate.store.unit import Store
from twogate.terms.binding import key_of
from twogate.terms.caller import Caller
from twogate.terms.ids import GrantId, UserId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Answers with the claims that the token's scope shows."""

    store: Store
    standing: TokenStanding

    async def answer(self, token: str, caller: Caller) -> dict[str, Any] | InvalidToken | InsufficientScope:
        match await self.standing.access(token):
            case Refused(reason, detail):
                return InvalidToken(reason, detail=detail)
            case Passed(read):
                facts = read.facts
        if not met(facts.binding, caller) or (caller.key and not key_of(facts.binding)):
            return InvalidToken(Reason.BINDING_MISSING)
        if "openid" not in facts.scope:
            return InsufficientScope(Reason.SCOPE_INSUFFICIENT)
        async with self.store.read() as unit:
            user = await unit.users.get(UserId(facts.subject))
            grant = await unit.grants.get(GrantId(facts.grant))
        if user is None:
            return InvalidToken(Reason.SUBJECT_BLOCKED)
        return user_info.claims(user, facts.scope, grant.claims if grant else ())
