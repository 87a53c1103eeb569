"""Tests of ``twogate.rules.risk.new_device``."""

import pytest
from tests.ports import NOON
from tests.rules.risk.sign_ins import BERLIN

from twogate.rules.risk.facts import Situation
from twogate.rules.risk.new_device import new_device


@pytest.mark.parametrize(("known", "others", "new"), [(False, 2, True), (True, 2, False), (False, 0, False)])
def test_a_device_is_new_beside_known_ones(known: bool, others: int, *, new: bool) -> None:  # noqa: FBT001  # a case
    """The first one is not."""
    assert (new_device(Situation(NOON, BERLIN, device_known=known, other_devices=others)) is not None) is new
