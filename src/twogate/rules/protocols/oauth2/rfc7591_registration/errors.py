"""The errors of RFC 7591 section 3.2.2 and RFC 7592 section 2.

OAuthRefusal
├── InvalidRedirectUri          400  invalid_redirect_uri
├── InvalidClientMetadata       400  invalid_client_metadata
├── UnapprovedSoftwareStatement 400  unapproved_software_statement
└── RegistrationRefused         401  invalid_token
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal

_SECTION = "RFC 7591 section 3.2.2"


class InvalidRedirectUri(OAuthRefusal):
    """A redirect URI cannot be registered."""

    __slots__ = ()
    code = "invalid_redirect_uri"
    section = _SECTION


class InvalidClientMetadata(OAuthRefusal):
    """Something else cannot be registered."""

    __slots__ = ()
    code = "invalid_client_metadata"
    section = _SECTION


class UnapprovedSoftwareStatement(OAuthRefusal):
    """Nobody's word about a client counts but the operator's."""

    __slots__ = ()
    code = "unapproved_software_statement"
    section = _SECTION


class RegistrationRefused(OAuthRefusal):
    """The token is not good for this: none, used up, expired, or another client's."""

    __slots__ = ()
    code = "invalid_token"
    status = 401
    section = "RFC 7591 section 3, RFC 7592 section 2"
