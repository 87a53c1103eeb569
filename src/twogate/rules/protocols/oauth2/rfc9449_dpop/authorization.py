"""``dpop_jkt`` (RFC 9449 section 10): the key that will have to redeem the code.

Decides how it is written. That it is met is decided where codes are redeemed.
"""

import re

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.reasons import Reason

PARAMETER = "dpop_jkt"
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


def read_key(parameters: Parameters) -> str | InvalidRequest:
    """Return the thumbprint that an authorization request names; empty when it names none."""
    thumbprint = parameters.get(PARAMETER)
    if thumbprint and not _THUMBPRINT.fullmatch(thumbprint):
        return InvalidRequest(Reason.INPUT_MALFORMED, "dpop_jkt is a SHA-256 in base64url")
    return thumbprint
