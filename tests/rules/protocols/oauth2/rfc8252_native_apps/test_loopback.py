"""Loopback redirects: any port, everything else exact."""

import pytest

from twogate.rules.protocols.oauth2.rfc8252_native_apps.loopback import same_but_port

HERE = "http://127.0.0.1/cb"


@pytest.mark.parametrize("given", [HERE, "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"])
def test_the_port_may_vary(given: str) -> None:
    """RFC 8252 section 7.3."""
    assert same_but_port(HERE, given)
    assert same_but_port("http://127.0.0.1:4711/cb", given)


@pytest.mark.parametrize(
    "given",
    [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:8x/cb",
        "http://127.0.0.1:8/cb/",
        "http://127.0.0.1:8/cb?x",
        "http://127.0.0.1:8@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "https://127.0.0.1:8/cb",
        "http://[::1]:8/cb",
        "http://localhost:8/cb",
        "http://127.0.0.2:8/cb",
        "http://127.0.0.1:8/cb\n",
    ],
)
def test_nothing_else_may(given: str) -> None:
    """Host, scheme, path and query are compared as text."""
    assert not same_but_port(HERE, given)


def test_localhost_is_a_name_and_does_not_vary() -> None:
    """RFC 8252 section 8.3: localhost may be somebody else."""
    assert not same_but_port("http://localhost/cb", "http://localhost:8000/cb")
