"""Tests of ``twogate.rules.policy.refusal``."""

from twogate.rules.policy.checks import ASSURANCE_CHECKS, CIRCUMSTANCE_CHECKS, CREDENTIAL_CHECKS
from twogate.rules.policy.refusal import SIGN_IN, STATUS, STEP_UP
from twogate.terms.reasons import Reason


def test_every_refusal_of_the_gateway_has_a_status() -> None:
    """A client or server error, never a pass and never a redirect."""
    checks = (*CREDENTIAL_CHECKS, *ASSURANCE_CHECKS, *CIRCUMSTANCE_CHECKS)
    assert {check.reason for check in checks} <= set(STATUS)
    assert all(400 <= status < 600 for status in STATUS.values())


def test_what_a_person_can_cure_is_401() -> None:
    """RFC 9110 section 15.5.2: another credential would do; RFC 9470 section 3: so would a newer proof."""
    assert {STATUS[reason] for reason in STEP_UP | SIGN_IN} == {401}
    assert not STEP_UP & SIGN_IN
    assert STATUS[Reason.SCOPE_INSUFFICIENT] == 403  # RFC 6750 section 3.1
