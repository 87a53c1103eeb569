"""Must the person be asked before a code is issued? (OpenID Connect Core sections 3.1.2.1 and 3.1.2.3, RFC 9470).

Decides between going on, signing in, stepping up, and an error where asking is forbidden. What is asked, and how, is
for ``rules.signin``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.assurance.step_up import Need, met
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements
from twogate.rules.protocols.oidc.core.authentication_request import AuthenticationRequest
from twogate.rules.protocols.oidc.core.errors import LoginRequired
from twogate.rules.protocols.oidc.core.prompt import Prompt
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Proceed:
    """What was proved is enough."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class StepUp:
    """Somebody is signed in, but not well enough or too long ago."""

    need: Need


def decide(
    request: AuthenticationRequest,
    proofs: Iterable[Proof] | None,
    *,
    now: Instant,
    asked: Instant | None,
) -> Proceed | SignIn | StepUp | OAuthRefusal:
    """Return what comes next.

    ``proofs`` are those of the present session, None without one. ``asked``: since when the person has been asked
    for this very request; what was proved since then is fresh, or nobody could ever satisfy ``max_age=0``.
    """
    need = _need(request)
    if proofs is None:
        return LoginRequired(Reason.SIGN_IN_REQUIRED) if request.prompt is Prompt.NEVER else SignIn()
    proofs = tuple(proofs)
    forced_first = need.max_age == 0 and asked is None  # whatever was proved before does not count
    if not forced_first and met(need, proofs, now=now, started=now if asked is None else asked):
        return Proceed()
    if request.prompt is not Prompt.NEVER:
        return StepUp(need)
    if add_up(proofs).level < need.level:
        return UnmetAuthenticationRequirements(Reason.LEVEL_TOO_LOW)
    return LoginRequired(Reason.PROOF_TOO_OLD)


def _need(request: AuthenticationRequest) -> Need:
    """``prompt=login`` is the same as ``max_age=0``."""
    forced = request.prompt is Prompt.ALWAYS
    return Need(max(request.need.level, Level.AAL1), 0 if forced else request.need.max_age)
