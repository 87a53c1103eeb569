"""Tests of ``twogate.rules.policy.decision``."""

import dataclasses

import pytest

from twogate.rules.policy.decision import Denied, Need, Shadow
from twogate.terms.reasons import Reason


def test_a_verdict_cannot_be_changed() -> None:
    """Whoever holds one holds what was decided."""
    denied = Denied(Reason.NO_RULE, 403)
    with pytest.raises(dataclasses.FrozenInstanceError):
        denied.status = 200  # type: ignore[misc]


def test_nothing_is_needed_unless_it_is_said() -> None:
    """A refusal without a cure names none."""
    assert Denied(Reason.NO_RULE, 403).need == Need()
    assert Shadow("x").reason is None
