"""The error of RFC 9126, which takes it from RFC 9101.

OAuthRefusal
└── InvalidRequestUri   400  invalid_request_uri   RFC 9101 section 7
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class InvalidRequestUri(OAuthRefusal):
    """The reference leads to no request that may be answered now."""

    __slots__ = ()
    code = "invalid_request_uri"
    section = "RFC 9101 section 7"
