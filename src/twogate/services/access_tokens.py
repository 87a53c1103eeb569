"""Issue and check access tokens (RFC 9068): what everybody who lets somebody in ends with.

Decides nothing about assurance (``rules.assurance.level``) or claims (``rules.protocols``); it brings the key, the
time and the grant together. An issued token has moved its grant's last expiry first, so that a revocation of the
grant outlives every token under it.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from joserfc.jwk import ECKey

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.protocols.oauth2.rfc9068_jwt_access_token import claims
from twogate.settings.tokens import Tokens
from twogate.store.unit import Unit
from twogate.terms.access import AccessFacts
from twogate.terms.binding import of_key
from twogate.terms.caller import Caller
from twogate.terms.changes import VerificationKey
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Grant, Session
from twogate.terms.verdict import Passed, Refused

_JTI_BYTES = 12  # 96 random bits; base64url of a multiple of three bytes has no padding


class Signer(Protocol):
    """The key that signs now."""

    @property
    def kid(self) -> str: ...

    @property
    def key(self) -> ECKey: ...


class SigningKeys(Protocol):
    """What ``services.signing_keys.KeyRing`` offers to whoever signs and checks."""

    async def signer(self) -> Signer: ...

    async def verification(self) -> tuple[VerificationKey, ...]: ...


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh access token and what it says."""

    token: Secret
    facts: AccessFacts
    expires_in: int  # seconds


class AccessTokens:
    """Mints access tokens under a grant, and reads them back."""

    def __init__(
        self,
        keyring: SigningKeys,
        clock: Clock,
        entropy: Entropy,
        *,
        issuer: str,
        audience: str,
        settings: Tokens,
    ) -> None:
        self._keyring = keyring
        self._clock = clock
        self._entropy = entropy
        self.issuer = issuer
        self.audience = audience
        self.settings = settings
        self._parsed: dict[str, ECKey] = {}

    async def ready(self) -> None:
        """Fetch the signing key before a unit of work opens, so that nothing waits for it inside one."""
        await self._keyring.signer()

    async def issue(
        self,
        unit: Unit,
        *,
        grant: Grant,
        subject: str,
        client: ClientId,
        proofs: Iterable[Proof],
        scope: Iterable[str],
        session: Session | None = None,
        binding: str = "",
    ) -> IssuedToken | Refused:
        """Sign a token under a grant, or say why not: the grant is revoked, the session over, nothing proved.

        Call ``ready`` before the unit opens. ``session`` caps the token's life and gives it its ``sid``.
        """
        now = self._clock.now()
        worth = claims.MACHINE if grant.user is None else add_up(proofs)
        if worth.level is Level.NONE:
            return Refused(Reason.LEVEL_TOO_LOW, "no proof counts")
        expires = self._expiry(grant, session, now)
        if expires <= now.seconds:
            return Refused(Reason.SESSION_ENDED)
        if grant.user is not None and await unit.obligations.get(grant.user, Owed.PASSWORD_CHANGE):
            return Refused(Reason.PASSWORD_CHANGE_REQUIRED)
        if not await unit.grants.extend(grant.id, Instant.from_seconds(expires)):
            return Refused(Reason.TOKEN_REVOKED, "the grant is revoked")
        facts = AccessFacts(
            subject=subject,
            grant=grant.id,
            rank=int(worth.level),
            auth_time=worth.auth_time.seconds,
            expires=expires,
            not_before=now.seconds,
            factors=worth.factors,
            audience=grant.audience,
            client=client,
            amr=worth.amr,
            scope=tuple(scope),
            binding=binding,
            issued=now.seconds,
        )
        return IssuedToken(await self._sign(facts, session), facts, expires - now.seconds)

    def binding(self, caller: Caller) -> str:
        """Return what a token for this caller is bound to: the key it proved (RFC 9449), or the certificate shown."""
        if caller.key:
            return of_key(caller.key)
        if not self.settings.certificate_bound:
            return ""
        return caller.certificate.thumbprint if caller.certificate else caller.self_signed

    async def read(self, token: str) -> Passed[claims.AccessToken] | Refused:
        """Check signature, issuer and times. Whether its grant still stands is not looked at."""
        return claims.read(token, await self.verification_keys(), issuer=self.issuer, now=self._clock.now())

    async def verification_keys(self) -> Mapping[str, ECKey]:
        """Return the keys that verify now, by id; each is parsed once."""
        live = await self._keyring.verification()
        self._parsed = {key.kid: self._parsed.get(key.kid) or ECKey.import_key(key.pem) for key in live}
        return self._parsed

    def _expiry(self, grant: Grant, session: Session | None, now: Instant) -> int:
        life = self.settings.service if grant.user is None else self.settings.access
        end = now.plus(life).seconds
        return end if session is None else min(end, session.absolute_end.seconds)

    async def _sign(self, facts: AccessFacts, session: Session | None) -> Secret:
        signer = await self._keyring.signer()
        unique = base64.urlsafe_b64encode(self._entropy.bytes(_JTI_BYTES)).decode("ascii")
        token = claims.AccessToken(facts, unique, session.id if session else None)
        return claims.sealed(token, issuer=self.issuer, kid=signer.kid, key=signer.key)
