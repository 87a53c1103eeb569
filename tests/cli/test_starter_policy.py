"""The policy that a newcomer starts with, and the address guessed from a mistyped one."""

import pytest

from twogate.cli.starter_policy import is_upstream, nearest_upstream, public_url, starter_policy
from twogate.rules.policy.check import check


def test_the_starter_policy_is_a_good_one() -> None:
    """What is written for a newcomer passes the checks, and protects the server named."""
    text = starter_policy(upstream="http://127.0.0.1:9000/", public_url="http://localhost:8080")
    checked = check(text)
    assert not checked.mistakes
    assert checked.policy is not None
    assert [one.url for one in checked.policy.upstreams] == ["http://127.0.0.1:9000"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("localhost:9000", "http://localhost:9000"),
        ("9000", "http://127.0.0.1:9000"),
        ("https://api.example/v1?x=1", "https://api.example"),
        ("ftp://api.example", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://a:99999", ""),
    ],
)
def test_a_mistyped_upstream_is_guessed(typed: str, meant: str) -> None:
    """The guess is always an address that would be taken, or nothing."""
    assert not is_upstream(typed)
    assert nearest_upstream(typed) == meant


def test_people_reach_a_listener_by_a_name() -> None:
    """A loopback listener is called localhost; the scheme's own port is left out."""
    assert public_url("127.0.0.1:8080", tls=False) == "http://localhost:8080"
    assert public_url("0.0.0.0:443", tls=True) == "https://localhost"
    assert public_url("10.0.0.5:8443", tls=True) == "https://10.0.0.5:8443"
