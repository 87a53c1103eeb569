"""Tests of ``twogate.rules.policy.explain``."""

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import METHODS, NOW, bearer, person, policies, policy_of, request, targets

from twogate.rules.assurance.level import Level
from twogate.rules.policy.decision import Allowed, Denied
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.explain import explain
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Policy
from twogate.rules.policy.request import Absent, Identity, QuotaKey, Unverified, Usage
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

AT = Instant.from_seconds(NOW)
MATCHER = Matcher.of(
    policy_of(
        {"name": "rest", "match": "/v1/**"},
        {"name": "transfers", "match": "POST /v1/transfers", "require": "aal2", "max_age": "5m", "quota": "2/day"},
        {"name": "watch", "match": "POST /v1/{what}", "require": "aal3", "mode": "shadow"},
        {"name": "reports", "match": "DELETE /v1/transfers"},
    ),
)


def test_every_matching_template_is_named_with_its_part() -> None:
    """The one that decides, the wider ones, the shadows, and those for another method."""
    told = explain(MATCHER, bearer("POST", "/v1/transfers"), person(), now=AT)
    assert [(line.rule, line.decides) for line in told.considered] == [
        ("transfers", True),
        ("watch", False),
        ("rest", False),
        ("reports", False),
    ]
    assert told.considered[1].why == "matches; in shadow mode, so it is observed only"
    assert told.considered[2].why == "matches, but a more specific template decides"
    assert told.considered[3].why == "matches the path, but is for DELETE and not for POST"


def test_every_condition_says_what_was_needed_and_what_was_there() -> None:
    """All of them, not only the first that failed."""
    told = explain(MATCHER, bearer("POST", "/v1/transfers"), person(age=400), now=AT)
    failed = {condition.reason: condition for condition in told.conditions if not condition.passed}
    assert set(failed) == {Reason.LEVEL_TOO_LOW, Reason.PROOF_TOO_OLD}
    assert (failed[Reason.LEVEL_TOO_LOW].needed, failed[Reason.LEVEL_TOO_LOW].had) == ("level aal2", "level aal1")
    assert told.reason is Reason.LEVEL_TOO_LOW
    assert told.outcome == "refused"


def test_the_next_step_is_a_sentence_for_the_caller() -> None:
    """It names the level and the age that would do."""
    told = explain(MATCHER, bearer("POST", "/v1/transfers"), person(), now=AT)
    assert told.next_step == (
        "Prove yourself again at level aal2, no longer than 300 s ago: "
        "open /.twogate/step-up or ask for acr_values=aal2."
    )


def test_other_outcomes_are_explained_too() -> None:
    """Passing, renewal, preflight, the control plane and unreadable paths."""
    passed = explain(MATCHER, bearer("POST", "/v1/transfers"), person(Level.AAL2), now=AT)
    assert (passed.outcome, passed.sentence) == ("allowed", "Rule transfers lets the request through to api.")
    assert all(condition.passed for condition in passed.conditions)
    assert explain(MATCHER, request("GET", "/v1", cookies=1), person(expires=NOW), now=AT).outcome == "renewal"
    asked = request("OPTIONS", "/v1", origin="https://x", preflight_method="PUT")
    assert explain(MATCHER, asked, Absent(), now=AT).outcome == "preflight"
    assert explain(MATCHER, request("GET", "/.twogate/health"), Absent(), now=AT).outcome == "control_plane"
    odd = explain(MATCHER, request("GET", "/a%2fb"), Absent(), now=AT)
    assert (odd.reason, odd.path, odd.considered) == (Reason.PATH_AMBIGUOUS, "", ())
    assert odd.detail


def test_a_used_up_quota_is_told_in_numbers() -> None:
    """Limit, window and what was spent."""
    spent = Usage({QuotaKey("transfers", 2, 86_400, "usr_a"): 2})
    told = explain(MATCHER, bearer("POST", "/v1/transfers"), person(Level.AAL2), now=AT, usage=spent)
    last = told.conditions[-1]
    assert (last.passed, last.needed, last.had) == (False, "at most 2 in 86400 s", "2 in 86400 s")
    assert told.next_step.startswith("Wait for the time in Retry-After")


@given(policies(), st.sampled_from(METHODS), targets(), st.sampled_from((Absent(), Unverified(), person())))
def test_an_explanation_never_contradicts_the_verdict(
    policy: Policy, method: str, target: str, identity: Identity
) -> None:
    """The first condition that failed is the reason, and a pass has none."""
    matcher = Matcher.of(policy)
    verdict = evaluate(matcher, bearer(method, target), identity, now=AT)
    told = explain(matcher, bearer(method, target), identity, now=AT)
    failed = [condition.reason for condition in told.conditions if not condition.passed]
    if isinstance(verdict, Allowed):
        assert not failed
        assert [line.rule for line in told.considered if line.decides] == [verdict.rule.name]
    elif isinstance(verdict, Denied) and verdict.rule is not None:
        assert failed[0] is verdict.reason
    assert told.sentence
    assert told.next_step
