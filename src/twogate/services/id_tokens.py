"""Issue ID tokens (OpenID Connect Core section 2). What they say is ``rules.protocols.oidc.core.id_token``."""

from collections.abc import Iterable
from dataclasses import dataclass

from twogate.rules.assurance.level import add_up
from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oidc.core import id_token
from twogate.services.access_tokens import IssuedToken, SigningKeys
from twogate.terms.ports import Clock
from twogate.terms.proof import Proof
from twogate.terms.secret import Secret
from twogate.terms.session import Grant


@dataclass(frozen=True, slots=True)
class IdTokens:
    """Signs ID tokens with the key of the access tokens; their type keeps the two apart."""

    keyring: SigningKeys
    clock: Clock
    issuer: str
    life: int

    async def issue(self, grant: Grant, access: IssuedToken, *, proofs: Iterable[Proof], nonce: str) -> Secret:
        signer = await self.keyring.signer()
        claims = id_token.claims(
            add_up(proofs),
            grant,
            issuer=self.issuer,
            access_token=access.token,
            nonce=nonce,
            now=self.clock.now(),
            life=self.life,
        )
        return es256.sign(claims, typ=id_token.TYPE, kid=signer.kid, key=signer.key)
