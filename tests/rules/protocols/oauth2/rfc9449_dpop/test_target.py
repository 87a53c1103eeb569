"""``htu``: the same place in every spelling of RFC 3986, and no other place."""

import pytest

from twogate.rules.protocols.oauth2.rfc9449_dpop.target import same_place

URL = "https://api.example.com/orders/7"


@pytest.mark.parametrize(
    "htu",
    [
        URL,
        "HTTPS://API.example.COM/orders/7",
        "https://api.example.com:443/orders/7",
        f"{URL}?page=2",
        f"{URL}#top",
        f"{URL}?a=b#c",
        "https://api.example.com/%6Frders/7",
        "https://api.example.com/x/../orders/./7",
    ],
)
def test_one_place_in_many_spellings(htu: str) -> None:
    """Case of scheme and host, the default port, query, fragment, escapes and dot segments make no difference."""
    assert same_place(htu, URL)


@pytest.mark.parametrize(
    "htu",
    [
        "",
        "/orders/7",
        "//api.example.com/orders/7",
        "http://api.example.com/orders/7",
        "https://api.example.com:8443/orders/7",
        "https://api.example.com/orders/8",
        "https://api.example.com/ORDERS/7",
        "https://api.example.com/orders/7/",
        "https://api.example.com/orders%2F7",
        "https://api.example.com",
        "https://api.example.com.evil.example/orders/7",
        "https://evil.example/orders/7",
        "https://api.example.com@evil.example/orders/7",
        "https://ada@api.example.com/orders/7",
        "https://api.example.com:port/orders/7",
        "https://[api.example.com/orders/7",
        "https://api.example.com/orders/7\n",
        "https://api.exa\tmple.com/orders/7",
        "https://api.example.com/orders/7;x",
        "https://\u0430pi.example.com/orders/7",
        "ftp://api.example.com/orders/7",
        "https://api.example.com/" + "x" * 9_000,
    ],
)
def test_another_place(htu: str) -> None:
    """Another scheme, host, port or path, and whatever could be read in two ways."""
    assert not same_place(htu, URL)


def test_no_path_is_the_root() -> None:
    """RFC 3986 section 6.2.3; and a place that is no text is none."""
    assert same_place("https://api.example.com", "https://api.example.com/")
    assert not same_place(7, URL)
    assert not same_place(None, URL)
