"""Why was it decided so, and what is the next step?

Decides the words of an explanation. The verdict itself is ``evaluate``'s; the same checks are walked here, so the
two cannot tell different stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from twogate.rules.assurance.level import Level
from twogate.rules.policy import wording
from twogate.rules.policy.checks import (
    ASSURANCE_CHECKS,
    CERTIFICATE_CHECKS,
    CIRCUMSTANCE_CHECKS,
    CREDENTIAL_CHECKS,
    Case,
    Check,
)
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Preflight, Renewal, Verdict
from twogate.rules.policy.evaluate import credential_refusal, evaluate
from twogate.rules.policy.match import Matcher, Shape, kinds, method_order, spelled
from twogate.rules.policy.model import Mode, Rule, Template
from twogate.rules.policy.request import Identity, Presented, RequestFacts, Usage
from twogate.terms.instant import Instant
from twogate.terms.reasons import SENTENCE, Reason

_NEAR_MISSES = 20


@dataclass(frozen=True, slots=True)
class Considered:
    """One template that matches the path, and what became of it."""

    rule: str
    line: int
    template: str
    decides: bool
    why: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that was needed and what was there."""

    reason: Reason  # how its refusal is called
    passed: bool
    needed: str
    had: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict in words."""

    outcome: str  # allowed, refused, renewal, preflight, control_plane
    reason: Reason | None
    sentence: str
    path: str  # as matched; empty when the request could not be read
    considered: tuple[Considered, ...]
    conditions: tuple[Condition, ...]
    next_step: str
    detail: str = ""  # for the operator only


def explain(
    matcher: Matcher, request: RequestFacts, identity: Identity, *, now: Instant, usage: Usage | None = None
) -> Explanation:
    """Judge a request and say why."""
    spent = usage or Usage()
    verdict = evaluate(matcher, request, identity, now=now, usage=spent)
    rule = verdict.rule if isinstance(verdict, Allowed | Denied | Renewal) else None
    path = None if isinstance(verdict, Preflight) else verdict.path
    conditions: tuple[Condition, ...] = ()
    if rule is not None:
        caller = identity if isinstance(identity, Presented) and rule.require.level > Level.NONE else None
        conditions = tuple(_conditions(Case(matcher.policy, rule, request, caller, now, spent), identity))
    return Explanation(
        outcome=_outcome(verdict),
        reason=verdict.reason if isinstance(verdict, Denied) else None,
        sentence=_sentence(verdict),
        path=path.path if path else "",
        considered=tuple(_considered(matcher, request, path.segments, winner=rule)) if path else (),
        conditions=conditions,
        next_step=wording.next_step(verdict),
        detail=verdict.detail if isinstance(verdict, Denied) else "",
    )


def _outcome(verdict: Verdict) -> str:
    match verdict:
        case Allowed():
            return "allowed"
        case Denied():
            return "refused"
        case Renewal():
            return "renewal"
        case Preflight():
            return "preflight"
        case ForControlPlane():
            return "control_plane"


def _sentence(verdict: Verdict) -> str:
    match verdict:
        case Allowed():
            return f"Rule {verdict.rule.name} lets the request through to {verdict.rule.upstream}."
        case Denied():
            return SENTENCE[verdict.reason]
        case Renewal():
            return "The cookie has expired; the control plane renews it while the session lasts."
        case Preflight():
            known = "is" if verdict.origin else "is not"
            return f"A CORS preflight, answered at the gateway; its origin {known} one of the policy's."
        case ForControlPlane():
            return "Twogate itself answers here; no rule applies."


def _considered(
    matcher: Matcher, request: RequestFacts, segments: tuple[str, ...], *, winner: Rule | None
) -> Iterator[Considered]:
    decided = False
    for candidate in matcher.candidates(request.method, segments):
        rule, template = candidate.rule, candidate.template
        if rule.mode is Mode.SHADOW:
            why = "matches; in shadow mode, so it is observed only"
        elif decided:
            why = "matches, but a more specific template decides"
        else:
            why = "matches, and is the most specific"
        decides = not decided and rule.mode is Mode.ENFORCE and rule is winner
        decided = decided or decides
        yield Considered(rule.name, rule.line, template.source, decides, why)
    yield from _near_misses(matcher, request.method, segments)


def _near_misses(matcher: Matcher, method: str, segments: tuple[str, ...]) -> Iterator[Considered]:
    misses = 0
    for rule in matcher.policy.rules:
        for template in rule.match:
            if misses < _NEAR_MISSES and template.method not in method_order(method) and _fits(template, segments):
                misses += 1
                why = f"matches the path, but is for {template.method} and not for {method}"
                yield Considered(rule.name, rule.line, template.source, decides=False, why=why)


def _fits(template: Template, segments: tuple[str, ...]) -> bool:
    return Shape.of(kinds(template.segments)).literals(segments) == spelled(template.segments)


def _conditions(case: Case, identity: Identity) -> Iterator[Condition]:
    checks: tuple[Check, ...] = (*CERTIFICATE_CHECKS, *CIRCUMSTANCE_CHECKS)
    if case.require.level > Level.NONE:
        reason = credential_refusal(case.policy, case.request, identity)
        had = wording.credential(case.request, identity)
        yield Condition(reason or Reason.CREDENTIAL_MISSING, reason is None, "exactly one valid credential", had)
        if case.caller is not None:
            checks = (*CREDENTIAL_CHECKS, *CERTIFICATE_CHECKS, *ASSURANCE_CHECKS, *CIRCUMSTANCE_CHECKS)
    for check in checks:
        needed = wording.needed(case, check.reason)
        if needed:
            yield Condition(check.reason, not check.fails(case), needed, wording.had(case, check.reason))
