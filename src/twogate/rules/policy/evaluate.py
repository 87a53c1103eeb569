"""The meaning of a policy: what happens to a request, and why.

Decides the order in which a request is judged. The compiled gateway must give the same answer, and a suite drives
both with the same requests. Matching is ``match``, single conditions are ``checks``, hints for people ``explain``.
"""

from dataclasses import replace

from twogate.rules.assurance.level import Level
from twogate.rules.policy.checks import (
    ASSURANCE_CHECKS,
    CERTIFICATE_CHECKS,
    CIRCUMSTANCE_CHECKS,
    CREDENTIAL_CHECKS,
    SAFE_METHODS,
    Case,
    quota_keys,
    within,
)
from twogate.rules.policy.decision import (
    Allowed,
    Denied,
    ForControlPlane,
    Need,
    Preflight,
    Renewal,
    Shadow,
    Verdict,
)
from twogate.rules.policy.match import Candidate, Matcher
from twogate.rules.policy.model import Policy, Rule
from twogate.rules.policy.paths import NormalPath, is_server_wide, normalise
from twogate.rules.policy.refusal import STATUS, STEP_UP
from twogate.rules.policy.request import Absent, Identity, Presented, RequestFacts, Unverified, Usage
from twogate.rules.policy.templates import METHOD, NEVER_LET_THROUGH
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

CONTROL_PREFIX = ".twogate"
WELL_KNOWN = frozenset(
    {
        "/.well-known/oauth-authorization-server/.twogate",  # RFC 8414 section 3.1
        "/.well-known/openid-configuration/.twogate",
        "/.well-known/oauth-protected-resource",  # RFC 9728 section 3
    },
)
RENEWAL_SEGMENTS = (CONTROL_PREFIX, "renew")
"""Where the gateway itself sends a request with an expired cookie; nobody else gets there."""

_NOTHING_SPENT = Usage()
_OF_ANYBODY = (*CERTIFICATE_CHECKS, *CIRCUMSTANCE_CHECKS)
_OF_CREDENTIALS = (*CREDENTIAL_CHECKS, *CERTIFICATE_CHECKS, *ASSURANCE_CHECKS, *CIRCUMSTANCE_CHECKS)


def evaluate(
    matcher: Matcher, request: RequestFacts, identity: Identity, *, now: Instant, usage: Usage = _NOTHING_SPENT
) -> Verdict:
    """Judge one request."""
    path = well_formed(matcher, request)
    if isinstance(path, Refused):
        return _deny(path.reason, detail=path.detail)
    if request.address_blocked or within(request.address, matcher.policy.blocked_networks):
        return _deny(Reason.ADDRESS_BLOCKED, path=path)
    if is_control_path(path):
        internal = path.segments == RENEWAL_SEGMENTS
        return _deny(Reason.NO_RULE, path=path) if internal else ForControlPlane(path)
    if is_preflight(request):
        return Preflight(request.origin if request.origin in matcher.policy.cors_origins else "")
    winner, shadows = matcher.rule_for(request.method, path.segments)
    seen = tuple(_shadow(matcher.policy, candidate, request, identity=identity, now=now) for candidate in shadows)
    if winner is None:
        return _deny(Reason.NO_RULE, path=path, shadows=seen)
    caller = identity if isinstance(identity, Presented) and winner.rule.require.level > Level.NONE else None
    case = Case(matcher.policy, winner.rule, request, caller, now, usage)
    reason = refusal(case, identity)
    return _conclude(case, path, reason, shadows=seen)


def well_formed(matcher: Matcher, request: RequestFacts) -> NormalPath | Refused:
    """Return the normal path of a request that can be read in one way only and is meant for this gateway."""
    if request.cookie_headers > 1:
        return Refused(Reason.REQUEST_MALFORMED, "more than one Cookie header")
    if not METHOD.fullmatch(request.method) or request.method in NEVER_LET_THROUGH:
        return Refused(Reason.METHOD_REFUSED, request.method)
    if request.method == "OPTIONS" and is_server_wide(request.target):
        return Refused(Reason.PATH_AMBIGUOUS, "OPTIONS for the server as a whole")
    path = normalise(request.target, request.host, refused_escapes=matcher.refused_escapes)
    if isinstance(path, NormalPath) and request.host.lower() not in matcher.hosts:
        return Refused(Reason.HOST_MISMATCH, "the Host header names another host")
    return path


def is_control_path(path: NormalPath) -> bool:
    """Whether Twogate itself answers here."""
    return path.segments[:1] == (CONTROL_PREFIX,) or path.path in WELL_KNOWN


def is_preflight(request: RequestFacts) -> bool:
    """Whether a browser asks if it may ask (W3C Fetch section 3.2.2)."""
    return request.method == "OPTIONS" and bool(request.origin) and bool(request.preflight_method)


def refusal(case: Case, identity: Identity) -> Reason | None:
    """Return the first reason to refuse, in the one order that gateway and documentation share."""
    checks = _OF_ANYBODY
    if case.rule.require.level > Level.NONE:
        reason = credential_refusal(case.policy, case.request, identity)
        if reason:
            return reason
        checks = _OF_CREDENTIALS
    for check in checks:
        if check.fails(case):
            return check.reason
    return None


def credential_refusal(policy: Policy, request: RequestFacts, identity: Identity) -> Reason | None:
    """Return why there is no credential to look at, if there is none."""
    if request.credentials > 1 or request.authorizations > 1:
        return Reason.CREDENTIALS_MULTIPLE
    if is_cross_site(policy, request):
        return Reason.CROSS_SITE
    if request.credentials == 0 or isinstance(identity, Absent):
        return Reason.CREDENTIAL_MISSING
    if isinstance(identity, Unverified):
        return Reason.TOKEN_INVALID
    return None


def is_cross_site(policy: Policy, request: RequestFacts) -> bool:
    """Whether another site uses the browser's cookie for a request that changes something."""
    return (
        request.cookies > 0
        and request.method not in SAFE_METHODS
        and request.fetch_site == "cross-site"
        and request.origin not in policy.cors_origins
    )


def need(case: Case, reason: Reason) -> Need:
    """Say what would have sufficed."""
    require = case.require
    if reason is Reason.SCOPE_INSUFFICIENT:
        return Need(scope=" ".join(require.scopes))
    if reason not in STEP_UP:
        return Need()
    level = max(require.level, Level.AAL2) if reason is Reason.FACTORS_TOO_FEW else require.level
    ages = [require.max_age] if require.max_age is not None else []
    if reason is Reason.STEP_UP_DEMANDED:
        ages.append(max(0, case.now.seconds - case.presented.step_up_since))
    return Need(acr_values=level.acr, max_age=min(ages, default=None))


def _conclude(case: Case, path: NormalPath, reason: Reason | None, *, shadows: tuple[Shadow, ...]) -> Verdict:
    if reason is None:
        facts = case.caller.facts if case.caller else None
        return Allowed(case.rule, path, facts, quota_keys(case.rule, case.holder), shadows)
    if reason is Reason.TOKEN_EXPIRED and case.request.cookies:
        return Renewal(case.rule, path, shadows)
    return replace(_deny(reason, rule=case.rule, path=path, shadows=shadows), need=need(case, reason))


def _shadow(policy: Policy, candidate: Candidate, request: RequestFacts, *, identity: Identity, now: Instant) -> Shadow:
    """Judge a shadow rule for the log. It charges no quota, so it never finds one exhausted."""
    rule = candidate.rule
    caller = identity if isinstance(identity, Presented) and rule.require.level > Level.NONE else None
    return Shadow(rule.name, refusal(Case(policy, rule, request, caller, now, _NOTHING_SPENT), identity))


def _deny(
    reason: Reason,
    *,
    detail: str = "",
    rule: Rule | None = None,
    path: NormalPath | None = None,
    shadows: tuple[Shadow, ...] = (),
) -> Denied:
    return Denied(reason, STATUS[reason], detail, rule=rule, path=path, shadows=shadows)
