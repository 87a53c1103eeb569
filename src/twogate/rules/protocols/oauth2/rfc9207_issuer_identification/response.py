"""The authorization response: a redirect that says who answers (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).

Decides the parameters, and the text of the ``Location`` header. ``iss`` goes with errors too, so that a client
that talks to several servers is never confused about which one answered.
"""

from urllib.parse import urlencode

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.terms.secret import Secret


def granted(destination: Destination, code: Secret, *, issuer: str) -> dict[str, str]:
    """Return what the browser takes to the client with the code."""
    return _answer(destination, {"code": code.text()}, issuer)


def refused(destination: Destination, error: OAuthRefusal, *, issuer: str) -> dict[str, str]:
    """Return what the browser takes to the client with the error."""
    return _answer(destination, {"error": error.code, "error_description": error.description}, issuer)


def _answer(destination: Destination, answer: dict[str, str], issuer: str) -> dict[str, str]:
    state = {"state": destination.state} if destination.state else {}
    return answer | state | {"iss": issuer}


def location(destination: Destination, answer: dict[str, str]) -> str:
    """Return the address that carries the answer in its query."""
    query = urlencode(answer)
    separator = "&" if "?" in destination.redirect_uri else "?"
    return f"{destination.redirect_uri}{separator}{query}"
