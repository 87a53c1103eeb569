"""``[registration]`` and ``[fetch]``: closed unless opened."""

import pytest
from pydantic import ValidationError

from twogate.settings.registration import FetchSettings, RegistrationSettings


def test_nobody_registers_and_nothing_private_is_reached_unless_said() -> None:
    """The defaults let no stranger in and nothing out to a network that is not public."""
    assert not RegistrationSettings().open
    assert not RegistrationSettings().documents
    assert FetchSettings().allow == ()


@pytest.mark.parametrize("network", ["10.0.0.0/33", "example.com", "10.0.0.1/8", ""])
def test_only_networks_are_networks(network: str) -> None:
    """A name, or a network with bits beyond its mask, is a mistake at the start and not a hole later."""
    with pytest.raises(ValidationError):
        FetchSettings(allow=(network,))
