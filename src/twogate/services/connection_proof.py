"""What a proof is made of: what somebody typed or, for some factors, what their connection showed.

Decides that nobody types what only the gateway may say.
"""

from twogate.rules.factors.contract import Factor
from twogate.terms.caller import Caller
from twogate.terms.secret import Secret


def proof_from(factor: Factor, typed: Secret, caller: Caller) -> Secret:
    """Return what the factor is to check; nothing at all where the connection showed no good certificate."""
    if not factor.presented:
        return typed
    return caller.certificate.handed() if caller.certificate else Secret("")
