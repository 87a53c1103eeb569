"""The error of RFC 7009.

OAuthRefusal
└── UnsupportedTokenType   400  unsupported_token_type   section 2.2.1
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class UnsupportedTokenType(OAuthRefusal):
    """A client cannot revoke a token of this kind."""

    __slots__ = ()
    code = "unsupported_token_type"
    section = "RFC 7009 section 2.2.1"
