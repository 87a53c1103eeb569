"""The authorization response: a redirect that says who answers (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).

Decides the text of the ``Location`` header. ``iss`` goes with errors too, so that a client that talks to several
servers is never confused about which one answered.
"""

from urllib.parse import urlencode

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.terms.secret import Secret


def granted(destination: Destination, code: Secret, *, issuer: str) -> str:
    """Return where the browser takes the code."""
    return _location(destination, {"code": code.text()}, issuer)


def refused(destination: Destination, error: OAuthRefusal, *, issuer: str) -> str:
    """Return where the browser takes the error."""
    return _location(destination, {"error": error.code, "error_description": error.description}, issuer)


def _location(destination: Destination, answer: dict[str, str], issuer: str) -> str:
    state = {"state": destination.state} if destination.state else {}
    query = urlencode(answer | state | {"iss": issuer})
    separator = "&" if "?" in destination.redirect_uri else "?"
    return f"{destination.redirect_uri}{separator}{query}"
