"""Cookies: names by scheme, attributes, and how strictly they are read."""

import pytest
from starlette.responses import Response
from tests.web.requests import request

from twogate.terms.secret import Secret
from twogate.web.cookies import Cookie, CookieJar

VALUE = "s" * 43
PLAIN, SECURE = CookieJar(secure=False), CookieJar(secure=True)


def _read(header: str, jar: CookieJar = PLAIN) -> Secret | None:
    return jar.read(request(headers=[("cookie", header)]), Cookie.SESSION)


def test_names_follow_the_scheme() -> None:
    """On https every name has the __Host- prefix; on plain http none has."""
    assert [SECURE.name(cookie) for cookie in Cookie] == [
        "__Host-twogate",
        "__Host-twogate-session",
        "__Host-twogate-device",
        "__Host-twogate-flow",
    ]
    assert PLAIN.name(Cookie.ACCESS) == "twogate"


@pytest.mark.parametrize("cookie", Cookie)
def test_secure_cookies_carry_every_attribute(cookie: Cookie) -> None:
    """A cookie on https is HttpOnly, Secure, SameSite=Lax and bound to this host by Path=/ without Domain."""
    answer = Response()
    SECURE.keep(answer, cookie, Secret(VALUE), seconds=60)
    line = answer.headers["set-cookie"]
    assert line.startswith(f"__Host-{cookie.value}={VALUE}; ")
    assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= set(line.split("; "))
    assert "Domain" not in line


def test_plain_cookies_are_not_secure() -> None:
    """On plain http a Secure cookie would never come back, so it is left out."""
    answer = Response()
    PLAIN.keep(answer, Cookie.SESSION, Secret(VALUE), seconds=60)
    assert "Secure" not in answer.headers["set-cookie"]


def test_lives() -> None:
    """A device is known for a year, a flow as long as the browser stays open, others as they are told."""
    answer = Response()
    PLAIN.keep(answer, Cookie.DEVICE, Secret(VALUE))
    PLAIN.keep(answer, Cookie.FLOW, Secret(VALUE))
    PLAIN.keep(answer, Cookie.ACCESS, Secret(VALUE), seconds=86_400)
    device, flow, access = answer.headers.getlist("set-cookie")
    assert "Max-Age=31536000" in device
    assert "Max-Age" not in flow
    assert "Max-Age=86400" in access


def test_clearing_takes_the_value_away() -> None:
    """A cleared cookie is empty and expires at once."""
    answer = Response()
    PLAIN.clear(answer, Cookie.ACCESS, Cookie.SESSION)
    assert all("=; " in line and "Max-Age=0" in line for line in answer.headers.getlist("set-cookie"))


def test_a_cookie_is_found_among_others() -> None:
    """Other cookies, spacing and order do not matter."""
    assert _read(f"a=b;twogate-session={VALUE} ; c=d") == Secret(VALUE)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";;;=;",
        "twogate-session",
        "twogate-session=",
        "twogate-session=short",
        f'twogate-session="{VALUE}"',
        f"twogate-session={VALUE}\u00e9",
        f"twogate-session={VALUE} {VALUE}",
        f"twogate-session={VALUE}%00",
        f"twogate-session={'s' * 5000}",
        f"TWOGATE-SESSION={VALUE}",
        f"$twogate-session={VALUE}",
        f"__Host-twogate-session={VALUE}",
        f"twogate-session={VALUE}; twogate-session={VALUE}",
        f"twogate-session={VALUE}; twogate-session={VALUE[:-1]}t",
    ],
)
def test_case_70_malformed_cookie_is_absent(header: str) -> None:
    """A malformed, foreign or repeated cookie is no cookie: it neither crashes nor passes."""
    assert _read(header) is None


def test_case_70_cookie_in_two_headers_is_absent() -> None:
    """The same name in two Cookie headers is ambiguous and therefore absent."""
    twice = [("cookie", f"twogate-session={VALUE}"), ("cookie", f"twogate-session={VALUE}")]
    assert PLAIN.read(request(headers=twice), Cookie.SESSION) is None


def test_on_https_the_plain_name_is_not_read() -> None:
    """A cookie without the prefix could have been set by another host, so https never reads it."""
    assert _read(f"twogate-session={VALUE}", SECURE) is None
    assert _read(f"__Host-twogate-session={VALUE}", SECURE) == Secret(VALUE)
