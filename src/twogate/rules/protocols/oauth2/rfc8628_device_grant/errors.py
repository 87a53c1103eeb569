"""What a device hears while it polls (RFC 8628 section 3.5); ``access_denied`` is RFC 6749's own."""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal


class AuthorizationPending(OAuthRefusal):
    """The person has not answered yet."""

    __slots__ = ()
    code = "authorization_pending"
    section = "RFC 8628 section 3.5"


class SlowDown(OAuthRefusal):
    """Asked too soon: from now on five seconds more between two polls."""

    __slots__ = ()
    code = "slow_down"
    section = "RFC 8628 section 3.5"


class ExpiredToken(OAuthRefusal):
    """The code was not typed in time; the device begins anew."""

    __slots__ = ()
    code = "expired_token"
    section = "RFC 8628 section 3.5"
