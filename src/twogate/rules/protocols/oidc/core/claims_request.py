"""The ``claims`` parameter (OpenID Connect Core section 5.5): claims asked for one by one.

Decides what of it counts. ``acr`` of the ID token, where it is essential, is a demand like ``acr_values`` that must be
met (section 5.5.1.1); asked for otherwise it is a wish that every ID token fulfils by saying what was reached. Claims
of the userinfo endpoint are added to what the scope shows, as far as the client may ask for the scope that has them.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from twogate.rules.assurance.level import Level
from twogate.rules.protocols.jose.compact import without_repeats
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import LEVELS
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements
from twogate.rules.protocols.oidc.core import user_info
from twogate.terms.reasons import Reason

PARAMETER = "claims"
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """What is asked for by name."""

    level: Level = Level.NONE  # that the ID token must be able to say; NONE = no demand
    subject: str = ""  # whose ID token it must be; empty = anybody's
    userinfo: tuple[str, ...] = ()


def read_claims(
    parameters: Parameters, may: Collection[str]
) -> ClaimsRequest | InvalidRequest | UnmetAuthenticationRequirements:
    """Read it; ``may``: the scopes that the client may ask for."""
    text = parameters.get(PARAMETER)
    if not text:
        return ClaimsRequest()
    asked = _objects(text)
    if asked is None:
        return InvalidRequest(Reason.INPUT_MALFORMED, "claims is a JSON object of objects")
    identity, about = asked
    level = _level(identity.get("acr"))
    if level is None:
        return UnmetAuthenticationRequirements(Reason.LEVEL_UNREACHABLE, "none of these acr values is known here")
    names = tuple(name for name in about if name in user_info.SCOPE_OF and user_info.SCOPE_OF[name] in may)
    subject = identity.get("sub")
    value = subject.get("value") if isinstance(subject, Mapping) else None
    return ClaimsRequest(level, value if isinstance(value, str) else "", names)


def _objects(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    try:
        whole = json.loads(text, object_pairs_hook=without_repeats) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    identity, about = whole.get("id_token", {}), whole.get("userinfo", {})
    if not isinstance(identity, dict) or not isinstance(about, dict):
        return None
    return identity, about


def _level(asked: object) -> Level | None:
    """The lowest of the acceptable classes: whoever reaches a higher one satisfies it too. None: not one is known."""
    if not isinstance(asked, Mapping) or asked.get("essential") is not True:
        return Level.NONE
    values = asked.get("values", [asked["value"]] if "value" in asked else [])
    if not isinstance(values, list):
        return None
    if not values:
        return Level.NONE
    return min((level for level in LEVELS if level.acr in values), default=None)
