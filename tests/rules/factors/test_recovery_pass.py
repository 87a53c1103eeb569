"""A one-time secret that stands in for lost factors."""

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Account
from twogate.rules.factors.recovery_pass import PREFIX, RecoveryPass, pass_state
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.verdict import Passed, Refused

FACTOR = RecoveryPass()
SECRET = new_secret(PREFIX, SeededEntropy())
STATE = pass_state(SECRET, until=NOON.plus(60))


def test_it_works_once_and_in_time() -> None:
    """The next state is used up, and at the end of its life it is worth nothing."""
    verdict = FACTOR.check(STATE, SECRET, NOON)
    assert isinstance(verdict, Passed)
    used = verdict.value.next_state
    assert used is not None
    assert FACTOR.left(STATE) == 1
    assert FACTOR.left(used) == 0
    assert FACTOR.check(used, SECRET, NOON) == Refused(Reason.RECOVERY_PASS_WRONG)
    assert isinstance(FACTOR.check(STATE, SECRET, NOON.plus(59.999)), Passed)
    assert FACTOR.check(STATE, SECRET, NOON.plus(60)) == Refused(Reason.RECOVERY_PASS_WRONG)


@pytest.mark.parametrize("given", ["", SECRET.text()[:-1], SECRET.text() + "x", SECRET.text().swapcase(), "x" * 10_000])
def test_nothing_else_works(given: str) -> None:
    """Empty, cut, longer, in another case."""
    assert FACTOR.check(STATE, Secret(given), NOON) == Refused(Reason.RECOVERY_PASS_WRONG)


def test_it_is_never_worth_a_factor() -> None:
    """Alone or beside a password: AAL1 at most (NIST SP 800-63B-4, 4.2)."""
    alone = Proof(FACTOR.name, CredentialId("crd_1"), FACTOR.nature(STATE), NOON)
    assert add_up([alone]).level <= Level.AAL1
    assert add_up([alone]).factors == 0


def test_nobody_sets_one_up() -> None:
    """It is handed out, not enrolled; and it says nothing about the secret."""
    begun = FACTOR.offer(Account("Example", "ann"), SeededEntropy())
    assert isinstance(FACTOR.accept(begun.remember, SECRET, NOON), Refused)
    assert SECRET.text() not in repr(STATE)
    assert not FACTOR.self_service
    assert isinstance(FACTOR.check(FACTOR.decoy(SeededEntropy()), SECRET, NOON), Refused)
