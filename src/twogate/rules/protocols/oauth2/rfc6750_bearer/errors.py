"""The errors of RFC 6750 section 3.1.

OAuthRefusal
├── InvalidToken         401  invalid_token
└── InsufficientScope    403  insufficient_scope
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class InvalidToken(OAuthRefusal):
    """The token is missing, malformed, expired, revoked or for somebody else."""

    __slots__ = ()
    code = "invalid_token"
    status = 401
    section = "RFC 6750 section 3.1"


class InsufficientScope(OAuthRefusal):
    """The token is good, for something else."""

    __slots__ = ()
    code = "insufficient_scope"
    status = 403
    section = "RFC 6750 section 3.1"
