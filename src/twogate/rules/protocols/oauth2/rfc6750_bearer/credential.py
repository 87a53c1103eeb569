"""Where a bearer token may stand in a request (RFC 6750 section 2).

Decides: in the ``Authorization`` header or, for a form, in its body; in one place only; never in the URL.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InvalidToken
from twogate.terms.reasons import Reason

BEARER, DPOP = "bearer", "dpop"


@dataclass(frozen=True, slots=True)
class Token:
    """The one token of a request; ``of_key``: it came with the scheme of RFC 9449, so a proof must be beside it."""

    text: str
    of_key: bool = False


def read(authorization: Sequence[str], form: Parameters) -> Token | InvalidToken | InvalidRequest:
    """Return the one token."""
    in_form = form.get("access_token")
    if len(authorization) + bool(in_form) > 1:
        return InvalidRequest(Reason.CREDENTIALS_MULTIPLE)
    if in_form:
        return Token(in_form)
    if not authorization:
        return InvalidToken(Reason.CREDENTIAL_MISSING)
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() not in (BEARER, DPOP) or not token:
        return InvalidToken(Reason.CREDENTIAL_MISSING)
    return Token(token, scheme.lower() == DPOP)
