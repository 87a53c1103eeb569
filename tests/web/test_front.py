"""What callers see of this installation from outside."""

import pytest
import structlog
from tests.ports import FakeClock

from twogate.services.publish_policy import PublishPolicy
from twogate.store.unit import Store
from twogate.web.front import Front, FrontInForce, PolicyMissing

POLICY = """
public_url = "{url}"
{cors}

[[upstream]]
name = "api"
url = "http://127.0.0.1:9000"

[[rule]]
match = ["/**"]
require = "aal1"
"""


async def _publish(store: Store, clock: FakeClock, url: str, cors: str = "") -> None:
    await PublishPolicy(store, clock).publish(POLICY.format(url=url, cors=cors), by="test")


def test_https_makes_secure_cookies() -> None:
    """The scheme decides, and issuer and audience follow from the address."""
    assert Front("https://api.example.com").secure
    assert not Front("http://localhost:8080").secure
    assert Front("http://localhost:8080").issuer == "http://localhost:8080/.twogate"
    assert Front("http://localhost:8080").audience == "http://localhost:8080"


async def test_without_a_policy_there_is_nothing_to_serve(store: Store, fake_clock: FakeClock) -> None:
    """No policy is told as such."""
    with pytest.raises(PolicyMissing):
        await FrontInForce.read(store, fake_clock)


async def test_a_newer_policy_is_taken_up(store: Store, fake_clock: FakeClock) -> None:
    """Origins follow the policy without a restart; another public address waits for one and is told."""
    await _publish(store, fake_clock, "http://localhost:8080")
    front = await FrontInForce.read(store, fake_clock)
    assert front.now == Front("http://localhost:8080", ())
    await _publish(store, fake_clock, "http://localhost:8080", 'cors = ["https://app.example.com"]')
    await front.look()
    assert front.now.cors_origins == ("https://app.example.com",)
    await _publish(store, fake_clock, "http://localhost:9090")
    with structlog.testing.capture_logs() as lines:
        await front.look()
        await front.look()
    assert front.now.public_url == "http://localhost:8080"
    assert [line["log_level"] for line in lines] == ["warning"]
