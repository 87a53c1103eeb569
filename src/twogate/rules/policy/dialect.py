"""In which language a refusal is spoken: to a browser's address bar, to a script, to a program.

Decides the dialect from the request alone (W3C Fetch Metadata; Accept where a browser is too old to send it). The
texts of each dialect are the gateway's.
"""

from enum import StrEnum

from twogate.rules.policy.request import RequestFacts

_SCRIPT_MODES = frozenset({"cors", "same-origin", "no-cors"})


class Dialect(StrEnum):
    """Three kinds of callers."""

    NAVIGATION = "navigation"  # 302 to a page where the person can cure it
    SCRIPT = "script"  # problem+json with sign_in_url or step_up_url, and CORS headers
    PROGRAM = "program"  # WWW-Authenticate (RFC 6750, RFC 9470) and problem+json (RFC 9457)


def dialect(request: RequestFacts) -> Dialect:
    """Return the dialect of whoever sent this."""
    html = not request.fetch_mode and "text/html" in request.accept.lower()
    if (request.fetch_mode == "navigate" or html) and not request.authorizations:
        return Dialect.NAVIGATION
    if request.origin or request.requested_with or request.fetch_mode in _SCRIPT_MODES:
        return Dialect.SCRIPT
    return Dialect.PROGRAM
