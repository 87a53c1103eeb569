"""The errors of OpenID Connect Core 1.0 section 3.1.2.6.

OAuthRefusal
├── LoginRequired             400  login_required
├── ConsentRequired           400  consent_required
├── RequestNotSupported       400  request_not_supported
├── RequestUriNotSupported    400  request_uri_not_supported
└── RegistrationNotSupported  400  registration_not_supported
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.reasons import Reason

_SECTION = "OpenID Connect Core 1.0 section 3.1.2.6"


class LoginRequired(OAuthRefusal):
    """The person would have to prove something, and ``prompt=none`` forbids asking."""

    __slots__ = ()
    code = "login_required"
    section = _SECTION


class ConsentRequired(OAuthRefusal):
    """The person would have to be asked whether this client may, and ``prompt=none`` forbids asking."""

    __slots__ = ()
    code = "consent_required"
    section = _SECTION


class RequestNotSupported(OAuthRefusal):
    """Request objects are not read."""

    __slots__ = ()
    code = "request_not_supported"
    section = _SECTION


class RequestUriNotSupported(OAuthRefusal):
    """Nothing is fetched on a client's behalf."""

    __slots__ = ()
    code = "request_uri_not_supported"
    section = _SECTION


class RegistrationNotSupported(OAuthRefusal):
    """Clients are registered by the operator."""

    __slots__ = ()
    code = "registration_not_supported"
    section = _SECTION


def refuse_unsupported(parameters: Parameters) -> OAuthRefusal | None:
    """Refuse what would change the request if it were read; ignoring it would be wrong."""
    if "request" in parameters:
        return RequestNotSupported(Reason.NOT_SUPPORTED)
    if "request_uri" in parameters:
        return RequestUriNotSupported(Reason.NOT_SUPPORTED)
    if "registration" in parameters:
        return RegistrationNotSupported(Reason.NOT_SUPPORTED)
    return None
