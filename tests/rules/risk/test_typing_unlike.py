"""Tests of ``twogate.rules.risk.typing_unlike``."""

from tests.ports import NOON
from tests.rules.risk.sign_ins import BERLIN

from twogate.rules.behaviour.typing import Comparison
from twogate.rules.risk.facts import Situation
from twogate.rules.risk.typing_unlike import typing_unlike


def test_only_a_comparison_that_came_out_unlike_is_a_fact() -> None:
    """No opt-in, too few samples, a password manager: nothing is said."""
    assert typing_unlike(Situation(NOON, BERLIN)) is None
    assert typing_unlike(Situation(NOON, BERLIN, typing=Comparison(12, 1.0, 1.5))) is None
    found = typing_unlike(Situation(NOON, BERLIN, typing=Comparison(12, 2.0, 1.5)))
    assert found is not None
    assert found.detail == "distance 2.00, threshold 1.50, 12 samples"
