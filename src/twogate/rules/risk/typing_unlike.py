"""Typing unlike: was the password typed as its owner types it?

Decides nothing of its own: ``rules.behaviour.typing`` has compared, or has said nothing.
"""

from twogate.rules.risk.facts import Found, RiskFact, Situation


def typing_unlike(situation: Situation) -> Found | None:
    """Whether a comparison was made and came out unlike."""
    typing = situation.typing
    if typing is None or not typing.unlike:
        return None
    detail = f"distance {typing.distance:.2f}, threshold {typing.threshold:.2f}, {typing.samples} samples"
    return Found(RiskFact.TYPING_UNLIKE, detail)
