"""Gateways for codes by telephone: off until somebody says where messages may go and who carries them."""

import pytest
from pydantic import ValidationError

from twogate.rules.factors.contract import Sends
from twogate.settings.messages import SmsSettings, VoiceSettings

HTTP = {"enabled": True, "url": "https://sms.example.com/", "countries": ("49", "1212")}
TWILIO = {"enabled": True, "gateway": "twilio", "account": "AC", "secret": "s", "sender": "+1", "countries": ("49",)}


def _valid(**keys: object) -> SmsSettings:
    return SmsSettings.model_validate({**HTTP, **keys})


def test_it_is_off_by_default() -> None:
    """NIST SP 800-63B-4 section 3.2.9: restricted authenticators are an operator's decision."""
    assert SmsSettings().rules is None
    assert VoiceSettings().rules is None
    assert SmsSettings().notices is False


def test_the_dials_reach_the_rules() -> None:
    """Countries, prefixes, life, how often."""
    rules = _valid(refused=("4916",), life=120, for_person=3).rules
    assert rules is not None
    assert (rules.numbers.allowed, rules.numbers.refused) == (("49", "1212"), ("4916",))
    assert (rules.life, rules.sends) == (120, Sends(3, 3600, to_address=10, in_all=300))


@pytest.mark.parametrize(
    "url", ["http://localhost:9/x", "http://127.0.0.1:9/", "http://[::1]:9/", "https://sms.example"]
)
def test_a_gateway_is_spoken_to_by_tls_or_on_this_machine(url: str) -> None:
    """Requests hold codes."""
    assert _valid(url=url).url == url


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"countries": ()}, "countries"),
        ({"url": ""}, "url"),
        ({"url": "http://sms.example.com/"}, "https"),
        ({"url": "http://localhost.example.com/"}, "https"),
        ({"url": "ftp://sms.example.com/"}, "url"),
        ({"url": "https://me:pass@sms.example.com/"}, "user name"),
        ({"url": "https://sms.example.com/?key={secret}"}, "logged"),
        ({"url": "https://sms.example.com/?text={text}"}, "logged"),
        ({"body": '{"to": {to}}'}, "JSON"),
        ({"body": '{"to": "{number}"}'}, "number"),
        ({"headers": ("no header",)}, "header"),
        ({"headers": ("X: a\r\nY: b",)}, "header"),
        ({"headers": ("X: {code}",)}, "header"),
        ({"countries": ("+49",)}, "countries"),
        ({"countries": ("4",)}, "countries"),
        ({"life": 601}, "life"),
        ({"timeout": 31}, "timeout"),
        ({"for_person": 0}, "for_person"),
        ({**TWILIO, "secret": ""}, "twilio"),
        ({**TWILIO, "sender": ""}, "twilio"),
    ],
)
def test_a_mistake_is_told(keys: dict[str, object], word: str) -> None:
    """Before anything is sent anywhere."""
    with pytest.raises(ValidationError, match=word):
        _valid(**keys)


def test_twilio_needs_no_url() -> None:
    """It is known."""
    assert SmsSettings.model_validate(TWILIO).url == ""


def test_what_is_off_may_be_half_written() -> None:
    """An operator who is still at it is not in the way of a start."""
    assert SmsSettings.model_validate({"countries": ("49",)}).rules is None
