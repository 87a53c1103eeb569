"""Tests of ``twogate.rules.risk.signals``."""

from tests.ports import NOON
from tests.rules.risk.sign_ins import BERLIN, SYDNEY, seen

from twogate.rules.behaviour.typing import Comparison
from twogate.rules.risk.facts import RiskFact, Situation
from twogate.rules.risk.impossible_travel import Travel
from twogate.rules.risk.signals import weigh


def test_every_signal_can_be_found_at_once() -> None:
    """In the order of the list."""
    situation = Situation(NOON, SYDNEY, (seen(BERLIN),), other_devices=1, typing=Comparison(12, 2.0, 1.0))
    assert [one.fact for one in weigh(situation, Travel())] == list(RiskFact)


def test_a_usual_sign_in_has_no_facts() -> None:
    """Same place, same device."""
    assert weigh(Situation(NOON, BERLIN, (seen(BERLIN),), device_known=True, other_devices=1), Travel()) == ()
