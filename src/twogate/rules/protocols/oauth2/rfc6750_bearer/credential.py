"""Where a bearer token may stand in a request (RFC 6750 section 2).

Decides: in the ``Authorization`` header or, for a form, in its body; in one place only; never in the URL.
"""

from collections.abc import Sequence

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InvalidToken
from twogate.terms.reasons import Reason


def read(authorization: Sequence[str], form: Parameters) -> str | InvalidToken | InvalidRequest:
    """Return the one token."""
    in_form = form.get("access_token")
    if len(authorization) + bool(in_form) > 1:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE)
    if in_form:
        return in_form
    if not authorization:
        return InvalidToken(Reason.CREDENTIAL_MISSING)
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        return InvalidToken(Reason.CREDENTIAL_MISSING)
    return token
