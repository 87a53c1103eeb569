"""FastAPI dependencies: who is calling, and what a single route needs beyond the policy.

Decides how a route asks. Without ``middleware.asgi`` before the application nobody has judged the request, so every
dependency here refuses it. A route's own need is told like a rule's, in the caller's dialect (RFC 9470).
"""

from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from twogate.dataplane.decision.judge import Judged
from twogate.middleware.asgi import JUDGED
from twogate.middleware.hand_over import path_of
from twogate.outside.clock import SystemClock
from twogate.rules.assurance.level import Level
from twogate.rules.forward_auth import answers
from twogate.rules.forward_auth.answers import Answer, Asker
from twogate.rules.policy.checks import Case
from twogate.rules.policy.decision import Denied
from twogate.rules.policy.evaluate import need, refusal
from twogate.rules.policy.model import Requirement, Rule
from twogate.rules.policy.refusal import STATUS
from twogate.rules.policy.request import Presented, Usage
from twogate.terms.access import AccessFacts
from twogate.terms.ports import Clock
from twogate.terms.reasons import SENTENCE, Reason


class NeedsMore(HTTPException):
    """A route needs more than the caller has shown; ``install`` has it answered as the gateway would."""

    def __init__(self, answer: Answer) -> None:
        reason = Reason(answer.reason)
        super().__init__(answer.status, {"reason": reason.value, "detail": SENTENCE[reason]}, dict(answer.fields))
        self.answer = answer


def caller(request: Request) -> AccessFacts:
    """For ``Depends``: who is calling.

    Raises:
        NeedsMore: no credential was looked at (the rule needs none).
    """
    return needs()(request)


def needs(
    *,
    level: str = "aal1",
    max_age: int | None = None,
    factors: int = 0,
    scopes: tuple[str, ...] = (),
    clock: Clock | None = None,
) -> Callable[[Request], AccessFacts]:
    """For ``Depends``: who is calling, if they have shown at least this much."""
    require = Requirement(level=Level.from_acr(level), max_age=max_age, factors=factors, scopes=scopes)
    if require.level is Level.NONE:
        raise ValueError("a route that needs nobody needs no dependency")
    rule = Rule("route", (), require, "")
    clock = clock or SystemClock()

    def dependency(request: Request) -> AccessFacts:
        judged: Judged | None = request.scope.get(JUDGED)
        if judged is None or judged.in_force is None or judged.read is None:
            raise HTTPException(503, "TwogateMiddleware does not stand before this application")
        facts = judged.read.facts
        identity = judged.identity
        known = identity if isinstance(identity, Presented) else None
        case = Case(judged.in_force.policy, rule, facts, known, clock.now(), Usage())
        reason = refusal(case, identity)
        if reason is None and known is not None:
            return known.facts
        reason = reason or Reason.CREDENTIAL_MISSING
        verdict = Denied(reason, STATUS[reason], need=need(case, reason), rule=rule, path=path_of(judged))
        raise NeedsMore(answers.refused(verdict, Asker(judged.in_force.policy, facts, judged.request_id)))

    return dependency


def install(app: FastAPI) -> None:
    """Have ``NeedsMore`` answered in the caller's dialect, body and all."""

    async def told(_request: Request, found: Exception) -> Response:
        if not isinstance(found, NeedsMore):
            raise found
        return Response(found.answer.body, found.answer.status, dict(found.answer.fields))

    app.add_exception_handler(NeedsMore, told)
