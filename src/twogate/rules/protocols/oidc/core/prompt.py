"""The ``prompt`` parameter (OpenID Connect Core section 3.1.2.1).

Decides whether asking is forbidden, forced, or as needed. ``consent`` asks once more for a client of somebody else;
of the operator's own clients nobody is asked about. ``select_account`` is a new sign-in: a browser holds one account
at a time.
"""

from enum import StrEnum

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.reasons import Reason

_KNOWN = frozenset({"none", "login", "consent", "select_account"})


class Prompt(StrEnum):
    """Whether the person may or must be asked."""

    AS_NEEDED = ""
    NEVER = "none"
    ALWAYS = "login"


def read_prompt(parameters: Parameters) -> Prompt | InvalidRequest:
    """Read the blank-separated words; ``none`` stands alone."""
    asked = set(parameters.get("prompt").split())
    if not asked <= _KNOWN:
        return InvalidRequest(Reason.INPUT_MALFORMED, "prompt is none, login, consent or select_account")
    if "none" in asked:
        if len(asked) > 1:
            return InvalidRequest(Reason.INPUT_MALFORMED, "prompt=none stands alone")
        return Prompt.NEVER
    return Prompt.ALWAYS if asked & {"login", "select_account"} else Prompt.AS_NEEDED


def asks_consent(parameters: Parameters) -> bool:
    """Whether the person is to be asked once more, whatever they have allowed before."""
    return "consent" in parameters.get("prompt").split()
