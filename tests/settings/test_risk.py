"""From an operator's dials to what is made of unusual sign-ins."""

import json

from twogate.rules.assurance.level import Level
from twogate.rules.risk.facts import Answer, RiskFact
from twogate.rules.risk.impossible_travel import Travel
from twogate.settings.risk import RiskSettings


def test_by_default_everything_is_noted_and_nobody_is_blocked() -> None:
    """A false alarm costs nobody their sign-in."""
    assert RiskSettings().wishes == dict.fromkeys(RiskFact, Answer.NOTE)
    assert RiskSettings().travel == Travel()
    assert RiskSettings().typing is False


def test_every_dial_reaches_the_rules() -> None:
    """By the name of the fact."""
    text = json.dumps(
        {
            "impossible_travel": "deny",
            "new_country": "step_up",
            "step_up_to": "phr",
            "travel_speed": 1200,
            "travel_tolerance": 0,
        }
    )
    found = RiskSettings.model_validate_json(text, strict=True)
    assert found.wishes[RiskFact.IMPOSSIBLE_TRAVEL] is Answer.DENY
    assert found.wishes[RiskFact.NEW_COUNTRY] is Answer.STEP_UP
    assert found.wishes[RiskFact.NEW_DEVICE] is Answer.NOTE
    assert found.travel == Travel(1200.0, 0.0)
    assert found.stronger is Level.PHR
