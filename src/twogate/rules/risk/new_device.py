"""New device: is this a browser or app that the account was not used on before?

Decides by the device cookie. The first device is never new.
"""

from twogate.rules.risk.facts import Found, RiskFact, Situation


def new_device(situation: Situation) -> Found | None:
    """Whether the device is unknown while others are known."""
    if situation.device_known or not situation.other_devices:
        return None
    return Found(RiskFact.NEW_DEVICE, f"{situation.other_devices} other devices are known")
