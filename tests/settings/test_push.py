"""How phones are woken, as an operator sets it."""

import json

import pytest
from pydantic import ValidationError

from twogate.settings.push import SERVICES, PushSettings, account_of
from twogate.terms.secret import Secret

ACCOUNT = {
    "type": "service_account",
    "project_id": "shop-1",
    "client_email": "push@shop-1.example",
    "private_key": "-----BEGIN PRIVATE KEY-----",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def test_without_any_setting_browsers_are_woken() -> None:
    """By the push services of the usual browsers, and by nothing else."""
    settings = PushSettings()
    assert settings.enabled
    assert settings.web_push
    assert settings.web_push_services == SERVICES
    assert all(service.startswith("https://") for service in SERVICES)
    assert not any((settings.ntfy_url, settings.fcm_account, settings.apns_key))


@pytest.mark.parametrize(
    "service", ["push.example.net", "https://push.example.net/", "https://*", "ftp://a", "https://"]
)
def test_a_service_is_an_origin(service: str) -> None:
    """Scheme and host, no path, no lone star."""
    with pytest.raises(ValidationError, match="origin"):
        PushSettings(web_push_services=(service,))


@pytest.mark.parametrize("key", ["ntfy_url", "fcm_url", "apns_url"])
def test_plain_http_stays_on_this_machine(key: str) -> None:
    """To another one it is https or not at all."""
    assert getattr(PushSettings(**{key: "http://127.0.0.1:8080"}), key) == "http://127.0.0.1:8080"
    for wrong in ("http://push.example.com", "http://127.0.0.1.evil.example", "ftp://localhost"):
        with pytest.raises(ValidationError, match="https"):
            PushSettings(**{key: wrong})
    with pytest.raises(ValidationError, match="https"):
        PushSettings(web_push_services=("http://push.example.com",))


def test_a_service_account_is_whole() -> None:
    """The members that are needed are taken from its file; anything else is refused when it is set."""
    whole = Secret(json.dumps(ACCOUNT))
    assert PushSettings(fcm_account=whole).fcm_account == whole
    assert account_of(whole) == {name: value for name, value in ACCOUNT.items() if name != "type"}
    for wrong in (
        "",
        "{",
        "[]",
        "3",
        json.dumps({**ACCOUNT, "private_key": None} | {"x": 1}).replace("private_key", "k"),
    ):
        assert account_of(Secret(wrong)) == {}
    with pytest.raises(ValidationError, match="service account"):
        PushSettings(fcm_account=Secret("{}"))


def test_apples_key_needs_its_names() -> None:
    """Key id, team and app."""
    with pytest.raises(ValidationError, match="apns_team"):
        PushSettings(apns_key=Secret("pem"), apns_key_id="ABC")
    whole = PushSettings(apns_key=Secret("pem"), apns_key_id="ABC", apns_team="T", apns_topic="com.example")
    assert whole.apns_topic == "com.example"


@pytest.mark.parametrize("contact", ["ops@example.com", "mailto:", "http://example.com", "https:// x"])
def test_a_contact_is_an_address(contact: str) -> None:
    """RFC 8292 section 2.1: ``mailto:`` or ``https:``."""
    with pytest.raises(ValidationError):
        PushSettings(web_push_contact=contact)
    assert PushSettings(web_push_contact="mailto:ops@example.com").web_push_contact
