"""The mark that a person was sent to prove something for this very request, and when.

Decides how an authorization request that comes back from signing in is told from a new one, without storing it: a
signed token, bound to the request's parameters and good for as long as a sign-in may take. It only makes proofs
given since then count as fresh; it never says that there were any.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import ECKey

from twogate.rules.protocols.jose import es256
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.instant import Instant
from twogate.terms.verdict import Passed, Refused

PARAMETER = "twogate_asked"
TYPE = "asked+jwt"
LIFE = 900  # seconds


def mark(parameters: Parameters, *, kid: str, key: ECKey, now: Instant) -> Parameters:
    """Return the same request with a mark of now."""
    claims = {"for": _fingerprint(parameters), "since": int(now)}
    return parameters.replacing(**{PARAMETER: es256.sign(claims, typ=TYPE, kid=kid, key=key).text()})


def since(parameters: Parameters, keys: Mapping[str, ECKey], *, now: Instant) -> Instant | None:
    """Return since when the person has been asked, or None when this request carries no good mark."""
    if PARAMETER not in parameters:
        return None
    match es256.verify(parameters.get(PARAMETER), keys, typ=TYPE):
        case Refused():
            return None
        case Passed(claims):
            return _good_since(claims, parameters, now)


def _good_since(claims: dict[str, Any], parameters: Parameters, now: Instant) -> Instant | None:
    at = claims.get("since")
    if claims.get("for") != _fingerprint(parameters) or not isinstance(at, int):
        return None
    return Instant(at) if now.plus(-LIFE) <= at <= now else None


def _fingerprint(parameters: Parameters) -> str:
    """SHA-256 over everything but the mark itself; 96 bits of it are plenty for what a signature protects."""
    unmarked = parameters.replacing(**{PARAMETER: ""})
    ordered = Parameters(dict(sorted(unmarked.values.items())))
    return hashlib.sha256(ordered.urlencoded().encode()).hexdigest()[:24]
