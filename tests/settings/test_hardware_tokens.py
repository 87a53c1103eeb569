"""Dials of tokens with serials and of validation servers."""

import base64

import pytest
from pydantic import ValidationError

from twogate.settings.hardware_tokens import HardwareTokenSettings, YubicoSettings, token_rules, yubico_rules
from twogate.terms.secret import Secret

KEY = Secret(base64.b64encode(bytes(20)).decode())


def test_nothing_is_open_by_default() -> None:
    """People take no tokens, no server is asked, ten counters are looked at."""
    tokens, yubico = HardwareTokenSettings(), YubicoSettings()
    assert (token_rules(tokens).claims, token_rules(tokens).ahead) == (False, 10)
    rules = yubico_rules(tokens, yubico)
    assert (rules.claims, rules.cloud) == (False, False)


def test_every_dial_reaches_its_factor() -> None:
    """Claims go to both, a client id to one."""
    tokens = HardwareTokenSettings(ahead=5, claims=True)
    assert (token_rules(tokens).ahead, token_rules(tokens).claims) == (5, True)
    rules = yubico_rules(tokens, YubicoSettings(client="4711", key=KEY))
    assert (rules.claims, rules.cloud) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": "4711"},
        {"client": "4711", "key": "not base 64!"},
        {"client": "ada"},
        {"servers": []},
        {"servers": ["http://api.example.com/wsapi/2.0/verify"]},
        {"servers": ["ftp://127.0.0.1/verify"]},
        {"servers": ["https:///verify"]},
        {"servers": ["https://u:p@api.example.com/verify"]},
        {"servers": ["https://api.example.com/verify?x=1"]},
        {"timeout": "1m"},
    ],
)
def test_a_server_that_cannot_be_trusted_is_refused(wrong: dict[str, object]) -> None:
    """No key, no address, no TLS to another machine, a wait that is longer than anybody's patience."""
    with pytest.raises(ValidationError):
        YubicoSettings.model_validate(wrong)


def test_a_server_on_this_machine_needs_no_tls() -> None:
    """For one that is run beside the gateway."""
    found = YubicoSettings(servers=("http://127.0.0.1:8000/verify", "https://[::1]/verify"))
    assert len(found.servers) == 2


@pytest.mark.parametrize("ahead", [0, 51])
def test_the_window_stays_small(ahead: int) -> None:
    """RFC 4226 section 7.2: a window multiplies the chances of a guess."""
    with pytest.raises(ValidationError):
        HardwareTokenSettings(ahead=ahead)
