"""The error of RFC 8707.

OAuthRefusal
└── InvalidTarget   400  invalid_target   section 2
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class InvalidTarget(OAuthRefusal):
    """The resource is malformed, or none that tokens of this server open."""

    __slots__ = ()
    code = "invalid_target"
    section = "RFC 8707 section 2"
