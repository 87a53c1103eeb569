"""Issue ID tokens (OpenID Connect Core section 2). What they say is ``rules.protocols.oidc.core.id_token``.

Decides which key signs: the one of the access tokens, or one of the kind that the client registered.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twogate.rules.assurance.level import add_up
from twogate.rules.protocols.jose import es256, rsa
from twogate.rules.protocols.oidc.core import id_token
from twogate.services.access_tokens import IssuedToken, SigningKeys
from twogate.services.identity_keys import IdentityKeys
from twogate.store.unit import Unit
from twogate.terms.client import Client
from twogate.terms.ports import Clock
from twogate.terms.proof import Proof
from twogate.terms.secret import Secret
from twogate.terms.session import Grant


@dataclass(frozen=True, slots=True)
class IdTokens:
    """Signs ID tokens; their type keeps them apart from access tokens under the same key."""

    keyring: SigningKeys
    clock: Clock
    issuer: str
    life: int
    others: IdentityKeys

    async def issue(
        self,
        unit: Unit,
        client: Client,
        grant: Grant,
        *,
        access: IssuedToken,
        proofs: Iterable[Proof],
        nonce: str,
    ) -> Secret:
        claims = id_token.claims(
            add_up(proofs),
            grant,
            issuer=self.issuer,
            access_token=access.token,
            nonce=nonce,
            now=self.clock.now(),
            life=self.life,
        )
        if client.id_token_alg in rsa.ALGORITHMS:
            return rsa.sign(claims, typ=id_token.TYPE, by=await self.others.signer(unit, client.id_token_alg))
        signer = await self.keyring.signer()
        return es256.sign(claims, typ=id_token.TYPE, kid=signer.kid, key=signer.key)
