"""How an authorization response reaches its client: in the query of a redirect, or as a form that the browser posts.

Decides how the two look (RFC 6749 section 4.1.2; OAuth 2.0 Form Post Response Mode). 303, so that no body with a
password is ever repeated. The posted form works without a script, by a button; where there is one, it presses it.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc9207_issuer_identification.response import location
from twogate.web.pages.render import show
from twogate.web.security_headers import CONTENT_SECURITY_POLICY

PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def to_client(request: Request, destination: Destination, answer: dict[str, str]) -> Response:
    """Send the browser to the client with this answer."""
    if destination.posted:
        return hand_over(request, destination.redirect_uri, answer)
    return RedirectResponse(location(destination, answer), 303, headers=PRIVATE)


def hand_over(request: Request, target: str, fields: Mapping[str, str]) -> Response:
    """Show the form that takes ``fields`` to ``target``; only there may it be sent."""
    parts = urlsplit(target)
    where = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    allowed = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action {where}")
    headers = PRIVATE | {"content-security-policy": allowed}
    return show(request, "hand_over.html", headers=headers, target=target, fields=dict(fields))
