"""Subscriptions are taken only to push services that are known: the address is called from inside."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.rules.protocols.webpush.receiver import Receiver, b64

from twogate.rules.protocols.webpush.subscription import Subscription, is_known, origin_of, read_subscription
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

SERVICES = ("https://push.example.net", "https://*.notify.example.com", "http://127.0.0.1:9001")
BROWSER = Receiver(ec.derive_private_key(7, ec.SECP256R1()), bytes(range(16)))


def test_a_subscription_is_read() -> None:
    """As a browser writes it."""
    endpoint = "https://push.example.net/send/abc:def_-%20?x=1"
    found = read_subscription({"endpoint": endpoint, **BROWSER.keys()}, SERVICES)
    assert found == Passed(Subscription(endpoint, BROWSER.point, BROWSER.auth))


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://push.example.net",  # no path: not an endpoint
        "http://push.example.net/x",
        "https://push.example.net.evil.example/x",
        "https://evil.example/https://push.example.net/x",
        "https://push.example.net@evil.example/x",
        "https://push.example.net:444/x",
        "https://notify.example.com/x",
        "https://a.b.notify.example.com/x",
        "https://a.notify.example.com.evil.example/x",
        "https://anotify.example.com/x",
        "http://127.0.0.1:9001@10.0.0.1/x",
        "http://127.0.0.1:9002/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://push.example.net/x\r\nHost: evil.example",
        "https://push.example.net/" + "x" * 2048,
    ],
)
def test_no_other_address_is_called(endpoint: str) -> None:
    """Another scheme, host or port, a host in disguise, a line break, an endless one."""
    refused = read_subscription({"endpoint": endpoint, **BROWSER.keys()}, SERVICES)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.INPUT_MALFORMED


def test_a_star_is_one_label() -> None:
    """No more and no less."""
    assert is_known("https://db5p.notify.example.com/w/?token=1", SERVICES)
    assert is_known("http://127.0.0.1:9001/x", SERVICES)
    assert origin_of("HTTPS://A.Example/x") == "https://a.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth": b64(bytes(15))},
        {"auth": "?"},
        {"p256dh": b64(bytes(65))},
        {"p256dh": b64(b"\x04" + bytes(64))},
        {"p256dh": b64(BROWSER.point[:33])},
        {"p256dh": ""},
    ],
)
def test_keys_are_what_they_should_be(wrong: dict[str, str]) -> None:
    """An uncompressed point on the curve and sixteen octets."""
    raw = {"endpoint": "https://push.example.net/x", **BROWSER.keys(), **wrong}
    assert isinstance(read_subscription(raw, SERVICES), Refused)
