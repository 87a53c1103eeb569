"""Every signal of risk, one file each, in the order in which they are told.

Decides which signals there are.
"""

from twogate.rules.risk.facts import Found, Situation
from twogate.rules.risk.impossible_travel import Travel, impossible_travel
from twogate.rules.risk.new_country import new_country
from twogate.rules.risk.new_device import new_device
from twogate.rules.risk.typing_unlike import typing_unlike


def weigh(situation: Situation, travel: Travel) -> tuple[Found, ...]:
    """The facts that hold."""
    found = (
        impossible_travel(situation, travel),
        new_country(situation),
        new_device(situation),
        typing_unlike(situation),
    )
    return tuple(one for one in found if one is not None)
