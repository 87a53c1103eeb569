"""Issue an authorization code under a new grant (RFC 6749 section 4.1.2).

Decides what a code is bound to. Whether the person has proved enough for it is settled before.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied
from twogate.rules.protocols.oauth2.rfc7009_revocation.kind import CODE_PREFIX
from twogate.rules.protocols.oauth2.rfc9126_pushed_requests.errors import InvalidRequestUri
from twogate.services.consent import stands
from twogate.store.unit import Store
from twogate.terms.ids import ClientId, GrantId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import AuthorizationCode, Grant, Session


@dataclass(frozen=True, slots=True)
class CodeBinding:
    """What only the rightful client can bring when it redeems the code."""

    client: ClientId
    redirect_uri: str  # empty in the first-party flow, which has none
    code_challenge: str
    nonce: str
    scope: tuple[str, ...]
    binding: str = ""  # the key that has to redeem it, as terms.binding writes it
    pushed: str = ""  # digest of the pushed request that it answers, once
    claims: tuple[str, ...] = ()  # asked for by name at the userinfo endpoint
    allowed: tuple[str, ...] | None = None  # what the person must have allowed; None: nobody has to be asked


@dataclass(frozen=True, slots=True)
class AuthorizationCodes:
    """Issues codes."""

    store: Store
    clock: Clock
    entropy: Entropy
    audience: str
    life: int  # seconds

    async def issue(self, session: Session, binding: CodeBinding) -> Secret | AccessDenied | InvalidRequestUri:
        """Return a fresh code for the owner of a live session."""
        secret = new_secret(CODE_PREFIX, self.entropy)
        now = self.clock.now()
        async with self.store.work() as unit:
            user = await unit.users.get(session.user)
            if user is None or user.blocked is not None:
                return AccessDenied(Reason.SUBJECT_BLOCKED)
            live = await unit.sessions.get(session.id)
            if live is None or live.ended is not None or live.absolute_end <= now:
                return AccessDenied(Reason.SESSION_ENDED)
            if binding.allowed is not None and not await stands(
                unit, session.user, binding.client, scope=binding.allowed
            ):
                return AccessDenied(Reason.CONSENT_NEEDED)
            if binding.pushed and not await unit.pushed_requests.consume(binding.pushed, now):
                return InvalidRequestUri(Reason.PUSHED_REQUEST_INVALID, detail="answered already")
            grant = Grant(
                id=GrantId(new_id("gnt", self.entropy)),
                client=binding.client,
                user=session.user,
                session=session.id,
                scope=binding.scope,
                audience=self.audience,
                created=now,
                last_expiry=now,
                claims=binding.claims,
            )
            await unit.grants.add(grant)
            await unit.codes.add(_code(secret, grant, binding, proofs=session.proofs, expires=now.plus(self.life)))
        return secret


def _code(
    secret: Secret, grant: Grant, binding: CodeBinding, *, proofs: tuple[Proof, ...], expires: Instant
) -> AuthorizationCode:
    return AuthorizationCode(
        digest=secret.sha256(),
        grant=grant.id,
        client=binding.client,
        redirect_uri=binding.redirect_uri,
        code_challenge=binding.code_challenge,
        nonce=binding.nonce,
        proofs=proofs,
        scope=binding.scope,
        expires=expires,
        binding=binding.binding,
    )
