"""Forms that only our own pages can send (NIST SP 800-63B-4 section 5.1: session secrets and forged requests).

Decides two checks that must both pass: the browser says the request comes from our own origin, and the form carries
a token that only somebody who can read our page for this very flow or session can know. The token is an HMAC under
the cookie's own secret, so nothing is stored and it changes whenever the cookie does.
"""

import base64
import hmac

from starlette.requests import Request

from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

FIELD = "form_token"
_PURPOSE = b"twogate form token 1\x00"


def form_token(holder: Secret, purpose: str) -> str:
    """Return the token for forms of ``purpose`` under the flow or session that ``holder`` is the secret of."""
    digest = hmac.digest(holder.reveal(), _PURPOSE + purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def check_form(request: Request, *, holder: Secret, purpose: str, given: str, public_url: str) -> Refused | None:
    """Return why the form must not be obeyed, or None."""
    if refused := check_origin(request, public_url=public_url):
        return refused
    expected = form_token(holder, purpose).encode()
    if not hmac.compare_digest(expected, given.encode("utf-8", "surrogatepass")):
        return Refused(Reason.CSRF_TOKEN_WRONG)
    return None


def check_origin(request: Request, *, public_url: str) -> Refused | None:
    """Refuse what a browser marks as sent by another site or another origin.

    A program that is no browser sends neither header; the form token still stands in its way.
    """
    origins = request.headers.getlist("origin")
    sites = request.headers.getlist("sec-fetch-site")
    if len(origins) > 1 or len(sites) > 1:
        return Refused(Reason.CROSS_SITE, "repeated Origin or Sec-Fetch-Site")
    if origins and origins[0].lower() != public_url:
        return Refused(Reason.CROSS_SITE, "foreign Origin")
    if sites and sites[0] not in ("same-origin", "none"):
        return Refused(Reason.CROSS_SITE, "foreign Sec-Fetch-Site")
    return None
