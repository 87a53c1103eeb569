"""What a policy can answer to a request.

Decides the shape of the answer; ``evaluate`` decides which one.
"""

from dataclasses import dataclass

from twogate.rules.policy.model import Rule
from twogate.rules.policy.paths import NormalPath
from twogate.rules.policy.request import QuotaKey
from twogate.terms.access import AccessFacts
from twogate.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Need:
    """What would have sufficed, in the words of a challenge (RFC 9470 section 3, RFC 6750 section 3)."""

    acr_values: str = ""
    max_age: int | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Shadow:
    """What a rule that is only observed would have said. No reason = it would have let the request through."""

    rule: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """On to the upstream."""

    rule: Rule
    path: NormalPath
    facts: AccessFacts | None  # None = no credential was looked at
    charge: tuple[QuotaKey, ...] = ()
    shadows: tuple[Shadow, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """Refused. ``reason`` may be told to the caller; ``detail`` is for the operator."""

    reason: Reason
    status: int
    detail: str = ""
    need: Need = Need()
    rule: Rule | None = None
    path: NormalPath | None = None
    shadows: tuple[Shadow, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewal:
    """The cookie has run out: the control plane may give a new one and send the browser back to the same URL."""

    rule: Rule
    path: NormalPath
    shadows: tuple[Shadow, ...] = ()


@dataclass(frozen=True, slots=True)
class Preflight:
    """A CORS preflight, answered at the gateway (W3C Fetch section 3.2); never forwarded."""

    origin: str  # empty = not an origin of the policy, so no CORS headers


@dataclass(frozen=True, slots=True)
class ForControlPlane:
    """Sign-in, tokens, metadata: Twogate's own paths, to which no rule applies."""

    path: NormalPath


Verdict = Allowed | Denied | Renewal | Preflight | ForControlPlane
