"""Tests of ``twogate.rules.policy.wording``."""

from tests.rules.policy.drafts import NOW, person, policy_of, request, service

from twogate.rules.policy import wording
from twogate.rules.policy.checks import (
    ASSURANCE_CHECKS,
    CERTIFICATE_CHECKS,
    CIRCUMSTANCE_CHECKS,
    CREDENTIAL_CHECKS,
    Case,
)
from twogate.rules.policy.decision import Denied
from twogate.rules.policy.notation import hours
from twogate.rules.policy.refusal import STATUS
from twogate.rules.policy.request import Absent, Certificate, KeyProof, Unverified, Usage
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

CHECKS = (*CERTIFICATE_CHECKS, *ASSURANCE_CHECKS, *CIRCUMSTANCE_CHECKS)

POLICY = policy_of(
    {
        "match": "/x",
        "require": "aal2",
        "max_age": "5m",
        "factors": 2,
        "scopes": ["a", "b"],
        "client_certificate": True,
        "networks": ["10.0.0.0/8"],
        "countries": ["DE", "local"],
        "asn": ["AS3320"],
        "hours": "Fri-Mon 22:00-06:00 UTC",
        "quota": ["1/day", "2/10s"],
    },
)


def test_every_check_has_words_for_both_sides() -> None:
    """Needed and had, for each condition that a rule can ask."""
    caller = person(step_up_since=NOW, scope=("c",))
    bad = Certificate("a", Reason.CERTIFICATE_REVOKED)
    shown = request(certificate=bad, proof=KeyProof("k", Reason.DPOP_REPLAYED))
    case = Case(POLICY, POLICY.rules[0], shown, caller, Instant.from_seconds(NOW), Usage())
    for check in (*CREDENTIAL_CHECKS, *CERTIFICATE_CHECKS, *ASSURANCE_CHECKS, *CIRCUMSTANCE_CHECKS):
        assert wording.needed(case, check.reason), check.reason
        assert wording.had(case, check.reason), check.reason


def test_a_certificate_is_explained_by_what_was_shown() -> None:
    """What might be wrong with one is not asked of nothing."""
    rule, now = POLICY.rules[0], Instant.from_seconds(NOW)
    case = Case(POLICY, rule, request(), person(), now, Usage())
    asked = [check.reason for check in CERTIFICATE_CHECKS if wording.needed(case, check.reason)]
    assert asked == [Reason.CERTIFICATE_MISSING]
    assert wording.had(case, Reason.CERTIFICATE_MISSING) == "none"
    sound = Case(POLICY, rule, request(certificate=Certificate("abc")), person(), now, Usage())
    assert "abc" in wording.had(sound, Reason.CERTIFICATE_MISSING)


def test_what_a_rule_does_not_ask_is_not_explained() -> None:
    """No empty conditions."""
    plain = policy_of({"match": "/x"})
    case = Case(plain, plain.rules[0], request(), person(), Instant.from_seconds(NOW), Usage())
    asked = [check.reason for check in CHECKS if wording.needed(case, check.reason)]
    assert asked == ["level_too_low"]


def test_the_credential_is_named_without_its_secret() -> None:
    """By its holder at most."""
    assert wording.credential(request(), Absent()) == "none"
    assert wording.credential(request(bearers=1), Unverified()) == "one that nobody vouches for"
    assert wording.credential(request(bearers=1), service()) == "one of cli_svc"
    assert "2 cookies" in wording.credential(request(cookies=2), Absent())


def test_every_refusal_has_a_cure() -> None:
    """Each is a whole sentence."""
    for reason, status in STATUS.items():
        assert wording.next_step(Denied(reason, status)).endswith(".")


def test_hours_are_spelt_as_in_the_file() -> None:
    """Days one by one."""
    assert wording.spell_hours(hours("Fri-Mon 22:00-06:00 UTC")) == "Mon,Fri,Sat,Sun 22:00-06:00 UTC"
