"""Where a browser may be sent back to."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.web.local_path import local_path, with_return

SITE = "https://api.example.com"


@pytest.mark.parametrize(
    "path", ["/", "/a/b?c=d&e=%2F", "/.twogate/oauth2/authorize?x=https://client.example/cb", "/a:b@c"]
)
def test_local_paths_pass_unchanged(path: str) -> None:
    """A path and query of our own site come back as they were."""
    assert local_path(path, SITE) == path


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/a\\b",
        "https://evil.example/",
        "https:/evil.example",
        SITE + "/a",
        "javascript:alert(1)",
        "/a b",
        "/a\tb",
        "/\t/evil.example",
        "/a\r\nset-cookie: x=y",
        "/a\x00",
        "/\u00e9",
        "/a#b",
        " /a",
        "?a=b",
        "/" + "a" * 2001,
    ],
)
def test_anything_else_is_no_local_path(given: str) -> None:
    """What some browser could read as another site, or as a second header, is refused."""
    assert local_path(given, SITE) is None


@given(st.text(alphabet="/\\.:@?#ae\t\n %", max_size=12))
def test_no_text_leads_to_another_site(text: str) -> None:
    """Whatever the text, a path that passes stays on our site."""
    path = local_path(text, SITE)
    if path is not None:
        there = urlsplit(urljoin(SITE + "/", path))
        assert (there.scheme, there.netloc) == ("https", "api.example.com")
        assert not path.startswith(("//", "/\\"))


def test_return_address_is_quoted_whole() -> None:
    """The return address stays one parameter, its own query included."""
    assert with_return("/s", "/a?b=c&d=e") == "/s?return_to=%2Fa%3Fb%3Dc%26d%3De"
    assert with_return("/s?level=aal2", "/a") == "/s?level=aal2&return_to=%2Fa"
