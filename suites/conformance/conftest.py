"""The provider as the conformance modules see it: one installation, served as ASGI, a person, registered clients."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from suites.conformance.party import Party
from tests.services.oauth_house import House, open_house

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Logout, Proving
from twogate.terms.client import AuthMethod, ClientKind

BACK = "https://rp.example/bye"
TOLD = "https://rp.example/backchannel"
SCOPE = ("openid", "profile", "email", "orders:read")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Ada's installation."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def party(house: House) -> Party:
    """A relying party as the test plans register one: confidential, of somebody else, told of logouts."""
    await house.register(
        "party",
        ClientKind.WEB,
        scope=SCOPE,
        third_party=True,
        logout=Logout((BACK,), TOLD),
    )
    return Party(house, "party")


@pytest.fixture
async def second(house: House) -> Party:
    """Another one, that sends its secret in the form."""
    await house.register("party2", ClientKind.WEB, scope=SCOPE, proving=Proving(AuthMethod.SECRET_POST))
    return Party(house, "party2")
