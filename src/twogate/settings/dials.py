"""From all sections to the parameters of every factor.

Decides nothing; it is here so that the control plane and the commands hand the same dials to the same rules.
"""

from dataclasses import replace

from twogate.rules.factors.registry import Parameters
from twogate.settings.factors import parameters
from twogate.settings.hardware_tokens import token_rules, yubico_rules
from twogate.settings.model import Settings


def dials(settings: Settings, *, public_url: str = "") -> Parameters:
    """Return what ``rules.factors.registry`` wants. Without a public address there are no passkeys and no prompts.

    Raises:
        SettingsInvalid: a file that is named cannot be read, or is not what it should be.
    """
    usual = parameters(
        settings.factors,
        settings.hashing,
        public_url=public_url,
        sms=settings.sms.rules,
        voice=settings.voice.rules,
        push=settings.push.enabled,
    )
    tokens = settings.hardware_tokens
    return replace(usual, hardware_token=token_rules(tokens), yubico=yubico_rules(tokens, settings.yubico))
