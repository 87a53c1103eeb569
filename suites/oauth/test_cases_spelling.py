"""Respelt secrets of every kind, and respelt redirect URIs (cases 47 and 52)."""

from urllib.parse import urlsplit

import pytest
from suites.oauth.forge import every, respellings
from tests.services.oauth_house import OAUTH, REDIRECT, House, answer_of

from twogate.terms.client import ClientKind

_TRIES = 60


async def test_case_47_respelt_access_tokens(house: House) -> None:
    """No prefix, suffix or case flip of an access token is one."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    for other in every(_TRIES, respellings(token)):
        assert (await house.introspect(other or "x"))["active"] is False
    assert (await house.introspect(token))["active"] is True


async def test_case_47_respelt_refresh_tokens(house: House) -> None:
    """No prefix, suffix or case flip of a refresh token is one, and trying them does not end the family."""
    await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    for other in respellings(token):
        assert (await house.refresh(other)).status_code == 400
    assert (await house.refresh(token)).status_code == 200


async def test_case_47_respelt_codes(house: House) -> None:
    """No prefix, suffix or case flip of a code is one, and trying them does not spoil it."""
    await house.sign_in()
    code = await house.code()
    for other in respellings(code):
        assert (await house.redeem(other)).status_code == 400
    assert (await house.redeem(code)).status_code == 200


async def test_case_47_respelt_api_tokens(house: House) -> None:
    """No prefix, suffix or case flip of an API token is one."""
    made = await house.api_tokens.create("usr_ada", name="t", scope=(), days=1, actor="usr_ada")
    token = made.secret.text()  # type: ignore[union-attr]
    for other in respellings(token):
        assert (await house.introspect(other or "x"))["active"] is False
    assert (await house.introspect(token))["active"] is True


async def test_case_47_respelt_client_secrets(house: House) -> None:
    """No prefix, suffix or case flip of a client secret is one."""
    name, secret = house.basic("robot")
    form = {"grant_type": "client_credentials"}
    for other in every(_TRIES, respellings(secret)):
        if other:
            assert (await house.http.post(f"{OAUTH}/token", data=form, auth=(name, other))).status_code in (401, 429)
    assert (await house.http.post(f"{OAUTH}/token", data=form, auth=(name, secret))).status_code == 200


async def test_case_47_respelt_session_cookies(house: House) -> None:
    """No prefix, suffix or case flip of a session secret opens the session."""
    await house.sign_in()
    assert house.session_secret is not None
    for other in every(_TRIES, respellings(house.session_secret.text())):
        house.http.headers["cookie"] = f"__Host-twogate-session={other}"
        if other.isprintable():
            assert urlsplit((await house.authorize()).headers["location"]).path == "/.twogate/sign-in"


VARIANTS = [
    "https://shop.example",
    "https://shop.example/",
    "https://shop.example/callback/",
    "https://shop.example/callback?",
    "https://shop.example/callback?x=1",
    "https://shop.example/callback#",
    "https://shop.example/callback#x",
    "https://shop.example/callback/../callback",
    "https://shop.example/./callback",
    "https://shop.example//callback",
    "https://shop.example/callback%2f",
    "https://shop.example/%63allback",
    "https://shop.example/callback;x",
    "https://shop.example/callback%00",
    "https://shop.example/callback\x00",
    "https://shop.example/callback\r\nX: y",
    "https://shop.example/callback ",
    " https://shop.example/callback",
    "https://shop.example/callbac",
    "https://shop.example/callbackk",
    "https://shop.example/Callback",
    "https://SHOP.example/callback",
    "HTTPS://shop.example/callback",
    "http://shop.example/callback",
    "https://shop.example:443/callback",
    "https://shop.example:8443/callback",
    "https://shop.example./callback",
    "https://shop-example/callback",
    "https://shopXexample/callback",
    "https://evil.example/callback",
    "https://shop.example.evil.example/callback",
    "https://shop.example@evil.example/callback",
    "https://evil.example/https://shop.example/callback",
    "https://evil.example/?https://shop.example/callback",
    "https://evil.example#https://shop.example/callback",
    "https://evil.example\\@shop.example/callback",
    "https://user@shop.example/callback",
    "//shop.example/callback",
    "/callback",
    "callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "https:shop.example/callback",
    "https:/shop.example/callback",
    "https://shop.example/callback,https://evil.example/",
    "https://shop.example/callback https://evil.example/",
    "*",
    "https://*/callback",
    "https://shop.example/*",
    "null",
]


@pytest.mark.parametrize("more", [{}, {"prompt": "none"}, {"scope": "no-such-scope"}, {"response_type": "token"}])
async def test_case_52_redirect_uri_variants(house: House, more: dict[str, str]) -> None:
    """Nothing but the registered text is a redirect URI; anything else ends on our own page, whatever else is wrong."""
    await house.sign_in()
    for uri in VARIANTS:
        answer = await house.authorize(redirect_uri=uri, **more)
        assert answer.status_code == 400, uri
        assert "location" not in answer.headers, uri
        assert "evil" not in answer.text, uri


async def test_case_52_repeated_and_missing_redirect_uris(house: House) -> None:
    """Two redirect URIs, or none, end on our own page."""
    await house.sign_in()
    query = str((await house.authorize()).request.url.query, "ascii")
    for other in (f"{query}&redirect_uri=https://evil.example/", f"redirect_uri=https://evil.example/&{query}"):
        answer = await house.http.get(f"{OAUTH}/authorize?{other}")
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert (await house.authorize(redirect_uri="")).status_code == 400


async def test_case_52_errors_without_prompting_go_to_the_client_only(house: House) -> None:
    """prompt=none without a session is an error for the registered redirect URI, with state and issuer."""
    answer = await house.authorize(prompt="none")
    assert answer.headers["location"].startswith(f"{REDIRECT}?")
    assert answer_of(answer)["error"] == "login_required"
    assert {"state", "iss"} <= answer_of(answer).keys()


@pytest.mark.parametrize(
    ("uri", "good"),
    [
        ("http://127.0.0.1:51234/cb", True),
        ("http://127.0.0.1/cb", True),
        ("http://127.0.0.1:0/cb", False),
        ("http://127.0.0.1:65536/cb", False),
        ("http://127.0.0.1:80@evil.example/cb", False),
        ("http://127.0.0.1.evil.example/cb", False),
        ("http://127.0.0.1:51234/cb/", False),
        ("http://127.0.0.1:51234/cb?x=1", False),
        ("https://127.0.0.1:51234/cb", False),
        ("http://localhost:51234/cb", False),
        ("http://localhost.evil.example/cb", False),
        ("http://[::1]:51234/cb", False),
        ("http://127.1:51234/cb", False),
        ("http://2130706433/cb", False),
    ],
)
async def test_case_52_loopback_ports(house: House, uri: str, good: bool) -> None:  # noqa: FBT001
    """RFC 8252 section 7.3: a native app's loopback port may vary, and nothing else of the URI."""
    await house.register("tool", ClientKind.NATIVE, redirect_uris=("http://127.0.0.1/cb",))
    await house.sign_in()
    answer = await house.authorize("tool", redirect_uri=uri, scope="openid")
    assert (answer.status_code == 303) is good
