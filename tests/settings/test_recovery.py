"""How long a way back waits and how long its secret lives."""

import pytest
from pydantic import ValidationError

from twogate.rules.recovery.request import RecoveryRules
from twogate.settings.recovery import RecoverySettings


def test_the_defaults_are_the_rules_own() -> None:
    """Each default is written once in effect: the settings and the rules agree."""
    assert RecoverySettings().rules == RecoveryRules()


@pytest.mark.parametrize("key", ["life", "approval"])
def test_a_secret_lives_a_day_at_most(key: str) -> None:
    """NIST SP 800-63B-4, section 4.2.1.2: a code sent by mail is good for 24 hours at most."""
    RecoverySettings.model_validate({key: "24h"})
    with pytest.raises(ValidationError):
        RecoverySettings.model_validate({key: 86_401})
