"""ID tokens that come back as a hint (OpenID Connect Core section 3.1.2.1, RP-Initiated Logout 1.0 section 4).

Decides whether a hint is an ID token of ours, and whom and what session it names. It may have expired: it says who
somebody was, and opens nothing. A token that only looks like one (other type, other issuer, no signature) is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from joserfc.jwk import ECKey

from twogate.rules.protocols.jose import compact, es256, rsa
from twogate.rules.protocols.oidc.core.id_token import TYPE
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class Hint:
    """Whose it was, for which client, in which session."""

    subject: str
    client: str
    session: str


@dataclass(frozen=True, slots=True)
class IdentityKeys:
    """Every key that signs ID tokens, by id; each is for one algorithm."""

    usual: Mapping[str, ECKey]
    others: Mapping[str, rsa.VerifyingKey]


def read_hint(text: str, keys: IdentityKeys, *, issuer: str) -> Passed[Hint] | Refused:
    """Read it."""
    claims = es256.verify(text, keys.usual, typ=TYPE)
    if isinstance(claims, Refused):
        claims = rsa.verify(text, keys.others, typ=TYPE)
    if isinstance(claims, Refused):
        return claims
    said = claims.value
    subject, client, session = said.get("sub"), said.get("aud"), said.get("sid", "")
    named = isinstance(subject, str) and isinstance(client, str) and isinstance(session, str)
    # an access token, a logout token or a mark has another type; what has this one says at_hash or acr
    if not named or said.get("iss") != issuer or "acr" not in said or compact.moment(said.get("iat")) is None:
        return Refused(Reason.TOKEN_INVALID, "not an ID token of this issuer")
    return Passed(Hint(str(subject), str(client), str(session)))
