"""Tests of ``twogate.rules.risk.facts``."""

from twogate.rules.risk.facts import SENTENCE, Answer, Found, RiskFact, strictest


def test_every_fact_has_its_sentence() -> None:
    """For audit and activity."""
    assert set(SENTENCE) == set(RiskFact)


def test_the_strictest_wish_counts() -> None:
    """A fact that nobody has a wish for is noted, and no fact asks for nothing."""
    found = (Found(RiskFact.NEW_DEVICE, ""), Found(RiskFact.IMPOSSIBLE_TRAVEL, ""))
    wishes = {RiskFact.NEW_DEVICE: Answer.STEP_UP}
    assert strictest((), {RiskFact.NEW_DEVICE: Answer.DENY}) is Answer.NOTE
    assert strictest(found, {}) is Answer.NOTE
    assert strictest(found, wishes) is Answer.STEP_UP
    assert strictest(found, {**wishes, RiskFact.IMPOSSIBLE_TRAVEL: Answer.DENY}) is Answer.DENY
