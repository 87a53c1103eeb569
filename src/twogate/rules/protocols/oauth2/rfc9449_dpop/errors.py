"""The errors of RFC 9449.

OAuthRefusal
├── InvalidDpopProof   400  invalid_dpop_proof   section 5, at resources 401 (section 7.1)
└── UseDpopNonce       400  use_dpop_nonce       section 8, at resources 401 (section 9)
"""

from dataclasses import dataclass
from typing import ClassVar

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class InvalidDpopProof(OAuthRefusal):
    """There is no proof, or it is not one for this request, or it was used before."""

    __slots__ = ()
    code = "invalid_dpop_proof"
    section = "RFC 9449 section 4.3"


@dataclass(frozen=True, slots=True)
class UseDpopNonce(OAuthRefusal):
    """The proof is good but for the nonce, which comes with this answer."""

    code: ClassVar[str] = "use_dpop_nonce"
    section: ClassVar[str] = "RFC 9449 section 8"

    nonce: str = ""
