"""All sections reach the factors."""

import base64

from twogate.rules.factors.registry import Parameters
from twogate.settings.dials import dials
from twogate.settings.hardware_tokens import HardwareTokenSettings, YubicoSettings
from twogate.settings.model import Settings
from twogate.terms.secret import Secret


def test_the_defaults_are_the_rules_own() -> None:
    """Nothing set, nothing changed, and without a public address no passkeys."""
    assert dials(Settings()) == Parameters()


def test_tokens_and_validation_servers_reach_their_factors() -> None:
    """Two sections, two factors."""
    key = Secret(base64.b64encode(bytes(20)).decode())
    found = dials(
        Settings(
            hardware_tokens=HardwareTokenSettings(ahead=3, claims=True), yubico=YubicoSettings(client="1", key=key)
        ),
        public_url="https://api.example.com",
    )
    assert (found.hardware_token.ahead, found.yubico.claims, found.yubico.cloud) == (3, True, True)
    assert found.passkeys.rp_id == "api.example.com"
