"""Which scripts may read what."""

import pytest
from tests.web.requests import request

from twogate.web.front import Front
from twogate.web.oauth.cross_origin import EVERYBODY, preflight, readable

FRONT = Front("https://api.example.com", ("https://shop.example",))


def test_an_allowed_origin_is_echoed_without_credentials() -> None:
    """The one origin is named, cookies never count, and caches keep answers apart by Origin."""
    headers = readable(request(headers=[("Origin", "https://shop.example")]), FRONT)
    assert headers["access-control-allow-origin"] == "https://shop.example"
    assert headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in headers | EVERYBODY


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://shop.example.evil",
        "https://SHOP.example",
        "http://shop.example",
        "https://shop.example:444",
        "https://shop.example/",
        "*",
    ],
)
def test_every_other_origin_reads_nothing(origin: str) -> None:
    """Near misses, null and nothing are not the allowed origin; the answer still varies by it."""
    asked = request(method="OPTIONS", headers=[("Origin", origin)] if origin else [])
    assert readable(asked, FRONT) == {"vary": "Origin"}
    answer = preflight(asked, FRONT)
    assert answer.status_code == 204
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_preflight_allows_what_the_endpoints_take() -> None:
    """GET and POST with Authorization and a content type, for ten minutes."""
    answer = preflight(request(method="OPTIONS", headers=[("Origin", "https://shop.example")]), FRONT)
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type, DPoP"
    assert answer.headers["access-control-max-age"] == "600"
