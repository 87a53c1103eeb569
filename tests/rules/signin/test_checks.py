"""Every reason to prompt has a name, and holds when it should."""

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import proofs

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.assurance.step_up import Need, met
from twogate.rules.signin.checks import CHECKS, Standing, reasons
from twogate.terms.proof import Proof

_OLD = NOON.plus(-600)


@pytest.mark.parametrize(
    ("need", "shown", "ids"),
    [
        (Need(Level.AAL1), (), ["nobody_known"]),
        (Need(Level.AAL2), (), ["nobody_known"]),
        (Need(Level.AAL1), proofs("password"), []),
        (Need(Level.AAL2), proofs("password"), ["level_too_low"]),
        (Need(Level.AAL1, factors=2), proofs("password"), ["factors_too_few"]),
        (Need(Level.AAL2, 300), proofs("password", "totp", at=_OLD), ["proof_too_old"]),
        (Need(Level.AAL2, 300, 2), proofs("password", at=_OLD), ["level_too_low", "factors_too_few", "proof_too_old"]),
        (Need(Level.AAL2, 300, 2), proofs("password", "totp"), []),
    ],
)
def test_reasons_to_prompt(need: Need, shown: tuple[Proof, ...], ids: list[str]) -> None:
    """The reasons that hold are told in the order of the list; none holds exactly when the need is met."""
    found = reasons(Standing(need, add_up(shown), NOON, NOON))
    assert [check.id for check in found] == ids
    assert met(need, shown, now=NOON, started=NOON) == (not ids)


def test_reasons_are_named_once_and_said_in_a_sentence() -> None:
    """An id is for programs, a sentence for people."""
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.sentence.endswith(".") for check in CHECKS)
