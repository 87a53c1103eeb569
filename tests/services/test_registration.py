"""Registration as an errand: who is admitted, what is handed out once, what ends with a client."""

import pytest
from tests.services.oauth_house import REDIRECT, House
from tests.services.oauth_marks import CALLER, audited

from twogate.rules.protocols.oauth2.rfc7591_registration.errors import InvalidClientMetadata, RegistrationRefused
from twogate.services.registration import Registered, Registering
from twogate.settings.registration import RegistrationSettings
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret

SAID = {"client_name": "Theirs", "redirect_uris": [REDIRECT]}


def _errand(house: House) -> Registering:
    return Registering(house.store, house.clock, house.deps.entropy, RegistrationSettings())


@pytest.fixture
async def made(house: House) -> Registered:
    """A client that registered itself."""
    token = await _errand(house).invite("partner", uses=1, days=1, actor="test")
    found = await _errand(house).register(SAID, token, CALLER)
    assert isinstance(found, Registered)
    return found


async def test_secrets_are_handed_out_once(house: House, made: Registered) -> None:
    """The database has digests only, and reading it again tells none of them."""
    assert made.access is not None
    assert made.secret is not None
    read = await _errand(house).read(made.client.id, made.access)
    assert isinstance(read, Registered)
    assert (read.secret, read.access) == (None, None)
    assert made.client.registration_digest == made.access.sha256()
    assert made.access.text() not in repr(made)


async def test_a_mistake_costs_no_token(house: House) -> None:
    """What cannot be registered does not use the invitation up."""
    errand = _errand(house)
    token = await errand.invite("partner", uses=1, days=1, actor="test")
    assert isinstance(await errand.register({"response_types": ["token"]}, token, CALLER), InvalidClientMetadata)
    assert isinstance(await errand.register(SAID, token, CALLER), Registered)
    assert isinstance(await errand.register(SAID, token, CALLER), RegistrationRefused)


@pytest.mark.parametrize("name", ["shop", "cli_nobody"])
async def test_case_47_no_part_of_a_token_opens_anything(house: House, made: Registered, name: str) -> None:
    """Every proper prefix, another case, an empty one, another client: all alike."""
    assert made.access is not None
    text = made.access.text()
    for bad in ("", text[:-1], text[1:], text.swapcase(), text[: len(text) // 2]):
        assert isinstance(await _errand(house).read(made.client.id, Secret(bad)), RegistrationRefused)
    assert isinstance(await _errand(house).read(ClientId(name), made.access), RegistrationRefused)
    assert isinstance(await _errand(house).read(made.client.id, None), RegistrationRefused)


async def test_it_is_removed_with_its_grants(house: House, made: Registered) -> None:
    """Gone for itself and for everybody; it is written down who did it."""
    assert not isinstance(await _errand(house).remove(made.client.id, made.access, CALLER), RegistrationRefused)
    assert await house.clients.get(made.client.id) is None
    assert await audited(house, Event.CLIENT_REGISTRATION_REMOVED) == [made.client.id]
    assert isinstance(await _errand(house).remove(made.client.id, made.access, CALLER), RegistrationRefused)


async def test_a_blocked_client_changes_nothing(house: House, made: Registered) -> None:
    """The operator's block is not lifted by the client itself."""
    await house.clients.block(made.client.id, actor="test")
    changed = await _errand(house).change(made.client.id, SAID, made.access, caller=CALLER)
    assert isinstance(changed, RegistrationRefused)
