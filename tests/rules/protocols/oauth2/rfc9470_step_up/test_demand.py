"""acr_values and max_age become a need."""

import pytest

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import read_demand
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements


@pytest.mark.parametrize(
    ("values", "need"),
    [
        ({}, Need(Level.AAL1)),
        ({"acr_values": "aal2"}, Need(Level.AAL2)),
        ({"acr_values": "phrh aal2"}, Need(Level.AAL2)),
        ({"acr_values": "x aal3"}, Need(Level.AAL3)),
        ({"max_age": "0"}, Need(Level.AAL1, 0)),
        ({"acr_values": "phr", "max_age": "300"}, Need(Level.PHR, 300)),
    ],
)
def test_demands(values: dict[str, str], need: Need) -> None:
    """RFC 9470 section 4: the lowest acceptable class is enough."""
    assert read_demand(Parameters(values)) == need


@pytest.mark.parametrize("acr", ["x", "none", "AAL2", "aal2,phr"])
def test_unknown_classes(acr: str) -> None:
    """RFC 9470 section 5: what cannot be met is said to be so."""
    assert isinstance(read_demand(Parameters({"acr_values": acr})), UnmetAuthenticationRequirements)


@pytest.mark.parametrize("age", ["-1", "1.5", "1e3", "x", "٣", "1" * 10, " 1"])
def test_malformed_ages(age: str) -> None:
    """max_age is a plain number of seconds."""
    assert isinstance(read_demand(Parameters({"max_age": age})), InvalidRequest)
