"""The ``resource`` parameter (RFC 8707 section 2): which API a token is meant for.

Decides that there is one: the API behind the gateway. A client may name it, or anything below it; the token's audience
is the API either way. Whoever names something else gets no token that it could show there.
"""

from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.errors import InvalidTarget
from twogate.terms.reasons import Reason

PARAMETER = "resource"


def refuse_other(parameters: Parameters, audience: str) -> InvalidTarget | None:
    """Return why no token can be for what is asked for; None where nothing, or this API, is named."""
    asked = parameters.get(PARAMETER)
    if not asked or asked == audience:
        return None
    below = asked.startswith(f"{audience}/")
    plain = all(" " < sign <= "~" and sign not in '#\\"<>' for sign in asked)
    segments = asked.removeprefix(audience).partition("?")[0].lower().replace("%2e", ".").split("/")
    if below and plain and not {".", ".."} & set(segments):
        return None
    return InvalidTarget(Reason.RESOURCE_UNKNOWN)
