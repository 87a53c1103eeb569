"""Which ways to a phone are open, by the settings."""

import json

import pytest
from joserfc.jwk import ECKey, RSAKey
from tests.ports import FakeClock, SeededEntropy

from twogate.rules.place.conditions import Where
from twogate.services.push_wake import WakePhones
from twogate.settings.model import Settings
from twogate.settings.push import PushSettings
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel
from twogate.terms.place import LOCAL, NOWHERE, Place
from twogate.terms.secret import Secret
from twogate.web.push_services import in_words, push_services, waking

ORIGIN = "https://api.example.com"
ACCOUNT = {
    "project_id": "shop-1",
    "client_email": "push@shop-1.example",
    "private_key": RSAKey.generate_key(2048).as_pem(private=True).decode(),
    "token_uri": "https://oauth2.googleapis.com/token",
}
APPLE = {
    "apns_key": Secret(ECKey.generate_key("P-256").as_pem(private=True)),
    "apns_key_id": "ABC",
    "apns_team": "T",
    "apns_topic": "com.example",
}


@pytest.mark.parametrize(
    ("push", "ways"),
    [
        (PushSettings(), {"web_push"}),
        (PushSettings(web_push=False), set()),
        (PushSettings(ntfy_url="https://ntfy.example.com"), {"web_push", "ntfy"}),
        (PushSettings(fcm_account=Secret(json.dumps(ACCOUNT))), {"web_push", "fcm"}),
        (PushSettings(**APPLE), {"web_push", "apns"}),
    ],
)
async def test_a_way_is_open_where_it_is_set_up(store: Store, push: PushSettings, ways: set[str]) -> None:
    """And closed again in the end."""
    settings, ports = Settings(push=push), {"clock": FakeClock(), "entropy": SeededEntropy()}
    services = push_services(settings, store, **ports, origin=ORIGIN)
    async with waking(services, settings, store, **ports, origin=ORIGIN) as carriers:
        phones = carriers[Channel.PUSH]
        assert isinstance(phones, WakePhones)
        assert phones._ways.keys() == ways


def test_a_place_is_told_in_words() -> None:
    """The address, with city and country where they are known; an own network has neither."""
    known = {
        "203.0.113.7": Place(country="DE", city="Berlin"),
        "203.0.113.8": Place(country="DE"),
        "10.0.0.1": Place(country=LOCAL),
    }
    told = in_words(lambda text: Where(None, known.get(text, NOWHERE)))
    assert told("203.0.113.7") == "203.0.113.7 (Berlin, DE)"
    assert told("203.0.113.8") == "203.0.113.8 (DE)"
    assert told("10.0.0.1") == "10.0.0.1"
    assert told("local") == "local"


def test_nobody_is_asked_where_it_is_switched_off(store: Store) -> None:
    """Then there are no errands either."""
    ports = {"clock": FakeClock(), "entropy": SeededEntropy()}
    assert push_services(Settings(push=PushSettings(enabled=False)), store, **ports, origin=ORIGIN) is None


async def test_nothing_is_opened_where_nobody_is_asked(store: Store) -> None:
    """Then there is no carrier for prompts."""
    ports = {"clock": FakeClock(), "entropy": SeededEntropy()}
    async with waking(None, Settings(), store, **ports, origin=ORIGIN) as carriers:
        assert carriers == {}
