"""What the answer of the token endpoint says of a bound token (RFC 9449 section 5).

Decides ``token_type``: a token that is bound to a key must be sent with the scheme ``DPoP``, or a client would not
know that it has to prove the key.
"""

from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import SCHEME
from twogate.terms.binding import key_of


def token_type(binding: str) -> str:
    """Return ``DPoP`` for a token that is bound to a key; one that is bound to a certificate is a bearer token."""
    return SCHEME if key_of(binding) else "Bearer"
