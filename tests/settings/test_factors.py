"""From an operator's dials to the parameters of the factors."""

import pytest
from pydantic import ValidationError

from twogate.rules.factors.registry import Parameters
from twogate.settings.factors import FactorSettings, HashingSettings, parameters
from twogate.terms.secret import Secret


def test_the_defaults_are_the_rules_own() -> None:
    """Written once: what nobody sets is what the rules say."""
    assert parameters(FactorSettings(), HashingSettings()) == Parameters()


def test_every_dial_reaches_its_factor() -> None:
    """Password, codes and hash."""
    found = parameters(
        FactorSettings(
            password_minimum=15,
            password_refused=("Wintermute GmbH",),
            totp_digits=8,
            totp_algorithm="SHA256",
            totp_period=60,
            totp_ahead=0,
        ),
        HashingSettings(memory_kib=47_104, passes=1, lanes=2, pepper=Secret("kept apart")),
    )
    assert (found.password.minimum, found.password.refused) == (15, {"wintermute gmbh"})
    totp = found.totp
    assert (totp.digits, totp.algorithm, totp.period, totp.back, totp.ahead) == (8, "SHA256", 60, 1, 0)
    cost = found.hashing.cost
    assert (cost.memory_kib, cost.passes, cost.lanes) == (47_104, 1, 2)
    assert found.hashing.pepper == Secret("kept apart")


@pytest.mark.parametrize(
    "wrong",
    [{"password_minimum": 7}, {"totp_digits": 7}, {"totp_algorithm": "MD5"}, {"totp_period": 300}, {"totp_ahead": 2}],
)
def test_no_dial_goes_below_the_standards(wrong: dict[str, object]) -> None:
    """NIST SP 800-63B-4: eight characters, a code of six digits, a step of at most two minutes."""
    with pytest.raises(ValidationError):
        FactorSettings.model_validate(wrong)
