"""Token, revocation, introspection, userinfo and key endpoints at the door."""

import pytest
from tests.services.oauth_house import OAUTH, House

ALLOWED = {"origin": "https://shop.example"}


@pytest.mark.parametrize("endpoint", ["token", "revoke", "userinfo"])
async def test_errors_are_readable_by_allowed_scripts_too(house: House, endpoint: str) -> None:
    """A single-page app sees why it was refused; another origin's script does not."""
    for origin, readable in (("https://shop.example", True), ("https://evil.example", False)):
        answer = await house.http.post(f"{OAUTH}/{endpoint}", data={"x": "y"}, headers={"origin": origin})
        assert answer.status_code >= 400
        assert (answer.headers.get("access-control-allow-origin") == origin) is readable
        assert "Origin" in answer.headers["vary"]


async def test_introspection_is_for_no_script(house: House) -> None:
    """Introspection needs a secret, which no browser app has: no CORS, no preflight."""
    answer = await house.http.post(f"{OAUTH}/introspect", data={"token": "x"}, headers=ALLOWED)
    assert "access-control-allow-origin" not in answer.headers
    assert (await house.http.options(f"{OAUTH}/introspect", headers=ALLOWED)).status_code == 405


async def test_a_revocation_says_whether_it_is_in_force(house: House) -> None:
    """200 for a good and an unknown token alike, with the gateways that lag."""
    await house.sign_in()
    for token in ((await house.tokens())["access_token"], "unknown"):
        answer = await house.http.post(f"{OAUTH}/revoke", data={"client_id": "shop", "token": token})
        assert (answer.status_code, answer.json()) == (200, {"in_force": True, "lagging": []})


async def test_userinfo_takes_the_token_from_header_or_form(house: House) -> None:
    """RFC 6750 section 2: either, not both; a session cookie alone is no credential here."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert (await house.http.get(f"{OAUTH}/userinfo", headers=bearer)).status_code == 200
    assert (await house.http.post(f"{OAUTH}/userinfo", data={"access_token": token})).status_code == 200
    both = await house.http.post(f"{OAUTH}/userinfo", data={"access_token": token}, headers=bearer)
    assert (both.status_code, both.json()["reason"]) == (400, "credentials_multiple")
    assert (await house.http.get(f"{OAUTH}/userinfo")).status_code == 401
    in_url = await house.http.get(f"{OAUTH}/userinfo", params={"access_token": token})
    assert in_url.status_code == 401


async def test_the_key_set_is_public_and_has_no_private_half(house: House) -> None:
    """RFC 7517: every key names its use and algorithm; none has a ``d``; everybody may read and keep it."""
    await house.sign_in()
    await house.tokens()
    answer = await house.http.get(f"{OAUTH}/jwks")
    (key,) = answer.json()["keys"]
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert "d" not in key
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"
