"""The error of RFC 9470.

OAuthRefusal
└── UnmetAuthenticationRequirements   400  unmet_authentication_requirements   section 5
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class UnmetAuthenticationRequirements(OAuthRefusal):
    """None of the authentication context classes asked for can be reached."""

    __slots__ = ()
    code = "unmet_authentication_requirements"
    section = "RFC 9470 section 5"
