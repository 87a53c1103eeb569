"""What authentication a client demands: ``acr_values`` and ``max_age`` (RFC 9470 section 4).

Decides how the two become a need. Levels are one ladder, so of several acceptable classes the lowest is enough:
whoever reaches a higher one satisfies it too.
"""

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements
from twogate.terms.reasons import Reason

_LONGEST_MAX_AGE = 9  # digits
LEVELS = tuple(level for level in Level if level is not Level.NONE)


def read_demand(parameters: Parameters) -> Need | InvalidRequest | UnmetAuthenticationRequirements:
    """Return what has to be proved; without a demand any sign-in will do."""
    age = parameters.get("max_age")
    if age and not (age.isascii() and age.isdigit() and len(age) <= _LONGEST_MAX_AGE):
        return InvalidRequest(Reason.INPUT_MALFORMED, "max_age is a number of seconds")
    asked = parameters.get("acr_values").split()
    known = [level for level in LEVELS if level.acr in asked]
    if asked and not known:
        return UnmetAuthenticationRequirements(Reason.LEVEL_UNREACHABLE, "none of these acr_values is known here")
    return Need(min(known, default=Level.AAL1), int(age) if age else None)
