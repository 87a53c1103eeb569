"""How the endpoints take bad input: once each, in the body, in one type, never a traceback."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.oauth_house import OAUTH, VERIFIER, House

FORM = {"content-type": "application/x-www-form-urlencoded"}
POSTED = ("token", "revoke", "introspect", "authorize-challenge")


@pytest.mark.parametrize("endpoint", POSTED)
async def test_parameters_in_the_url_are_refused(house: House, endpoint: str) -> None:
    """RFC 9700 section 4.3.2: no credential in a URL, so no parameter at all at these endpoints."""
    query = "grant_type=client_credentials&client_id=robot&client_secret=x&token=x"
    answer = await house.http.post(f"{OAUTH}/{endpoint}?{query}", headers=FORM)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("endpoint", POSTED)
@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml", "x"])
async def test_other_content_types_are_refused(house: House, endpoint: str, kind: str) -> None:
    """RFC 6749 section 3.2: the body is a form."""
    body = b"grant_type=client_credentials"
    answer = await house.http.post(f"{OAUTH}/{endpoint}", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("endpoint", POSTED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(house: House, endpoint: str, method: str) -> None:
    """These endpoints take POST and nothing else."""
    assert (await house.http.request(method, f"{OAUTH}/{endpoint}")).status_code == 405


@pytest.mark.parametrize("endpoint", POSTED)
@pytest.mark.parametrize(
    "body",
    [
        b"client_id=shop&client_id=desk",
        b"client_id=shop&client_id=",
        b"token=a&token=b&client_id=shop",
        b"client_id=%ff%fe",
        b"client_id=sh\xc3\xb6p",
        b"client_id=shop%00",
        b"&".join(b"a%d=1" % n for n in range(100)),
        b"client_id=" + b"x" * 9_000,
    ],
)
async def test_repeated_or_broken_parameters_are_refused(house: House, endpoint: str, body: bytes) -> None:
    """RFC 6749 section 3.2: no parameter twice, all of it UTF-8, within bounds."""
    answer = await house.http.post(f"{OAUTH}/{endpoint}", content=body, headers=FORM)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("auth", "form", "status", "error"),
    [
        ({}, {}, 401, "invalid_client"),
        ({}, {"client_id": "robot"}, 401, "invalid_client"),
        ({}, {"client_id": "nobody"}, 401, "invalid_client"),
        ({}, {"client_id": "robot", "client_secret": "wrong"}, 401, "invalid_client"),
        ({}, {"client_id": "shop", "client_secret": "any"}, 401, "invalid_client"),
        ({"authorization": "Bearer x"}, {}, 401, "invalid_client"),
        ({"authorization": "Basic !!!"}, {}, 401, "invalid_client"),
        ({"authorization": "Basic cm9ib3Q="}, {}, 401, "invalid_client"),
        ({"authorization": "Basic cm9ib3Q6"}, {}, 401, "invalid_client"),
        ({"authorization": "Basic Og=="}, {}, 401, "invalid_client"),
        ({"authorization": "Basic cm9ib3Q6d3Jvbmc="}, {"client_secret": "x"}, 400, "invalid_request"),
        ({"authorization": "Basic cm9ib3Q6d3Jvbmc="}, {"client_id": "shop"}, 400, "invalid_request"),
    ],
)
async def test_client_authentication(
    house: House, auth: dict[str, str], form: dict[str, str], *, status: int, error: str
) -> None:
    """A client proves itself in exactly one way, and a failure names the scheme (RFC 6749 sections 2.3 and 5.2)."""
    answer = await house.http.post(f"{OAUTH}/token", data={"grant_type": "client_credentials"} | form, headers=auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert ("www-authenticate" in answer.headers) is (status == 401)


async def test_client_secret_in_the_body(house: House) -> None:
    """client_secret_post works as client_secret_basic does."""
    name, secret = house.basic("robot")
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    answer = await house.http.post(f"{OAUTH}/token", data=form)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


async def test_wrong_secrets_make_an_address_wait_but_never_the_client(house: House) -> None:
    """After ten wrong secrets the address is told to wait; the right secret passes all the same."""
    form = {"grant_type": "client_credentials"}
    seen = [
        (await house.http.post(f"{OAUTH}/token", data=form, auth=("robot", f"wrong{n}"))).status_code for n in range(12)
    ]
    assert seen == [401] * 10 + [429] * 2
    assert (await house.http.post(f"{OAUTH}/token", data=form, auth=house.basic("robot"))).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "ada", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x", "code_verifier": VERIFIER}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
async def test_token_request_errors(house: House, form: dict[str, str], error: str) -> None:
    """RFC 6749 section 5.2: each mistake has its code, a sentence and a reason."""
    answer = await house.token(client_id="shop", **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json().keys() == {"error", "error_description", "reason", "request_id"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({}, 401, "invalid_token"),
        ({"authorization": "Bearer"}, 401, "invalid_token"),
        ({"authorization": "Bearer "}, 401, "invalid_token"),
        ({"authorization": "Basic x"}, 401, "invalid_token"),
        ({"authorization": "Bearer x"}, 401, "invalid_token"),
    ],
)
async def test_userinfo_without_a_good_token(house: House, headers: Any, status: int, error: str) -> None:
    """RFC 6750 section 3: a challenge that names the scheme."""
    answer = await house.http.get(f"{OAUTH}/userinfo", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


async def test_userinfo_takes_one_token_in_one_place(house: House) -> None:
    """RFC 6750 section 2: header or form, not both, never the URL."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    bearer, form = {"authorization": f"Bearer {token}"}, {"access_token": token}
    url = f"{OAUTH}/userinfo"
    assert (await house.http.post(url, headers=bearer)).status_code == 200
    assert (await house.http.post(url, data=form)).status_code == 200
    assert (await house.http.post(url, headers=bearer, data=form)).status_code == 400
    assert (await house.http.get(url, params=form)).status_code == 401


async def test_userinfo_shows_what_the_scope_allows(house: House) -> None:
    """OpenID Connect Core section 5.4: claims follow the scope; without openid there are none."""
    await house.sign_in()
    full = (await house.tokens(scope="openid profile email"))["access_token"]
    bare = (await house.tokens(scope="openid"))["access_token"]
    none = (await house.tokens(scope="orders:read"))["access_token"]
    assert (await house.userinfo(full)).json() == {
        "sub": "usr_ada",
        "preferred_username": "ada",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
    }
    assert (await house.userinfo(bare)).json() == {"sub": "usr_ada"}
    assert ((await house.userinfo(none)).status_code, (await house.userinfo(none)).json()["error"]) == (
        403,
        "insufficient_scope",
    )


async def test_introspection_needs_a_client_with_a_secret(house: House) -> None:
    """RFC 7662 section 2.1: nobody asks about tokens without proving who asks."""
    for form in ({"token": "x"}, {"token": "x", "client_id": "shop"}):
        answer = await house.http.post(f"{OAUTH}/introspect", data=form)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_cross_origin_scripts(house: House) -> None:
    """Origins that the policy names may use the token endpoint; others may not; keys and metadata are for all."""
    mine, other = {"origin": "https://shop.example"}, {"origin": "https://evil.example"}
    for headers, allowed in ((mine, True), (other, False)):
        asked = await house.http.options(f"{OAUTH}/token", headers=headers)
        answered = await house.http.post(f"{OAUTH}/token", headers=headers)
        for answer in (asked, answered):
            assert ("access-control-allow-origin" in answer.headers) is allowed
            assert "access-control-allow-credentials" not in answer.headers
    assert (await house.http.get(f"{OAUTH}/jwks", headers=other)).headers["access-control-allow-origin"] == "*"


@given(body=st.binary(max_size=200), endpoint=st.sampled_from([*POSTED, "authorize", "userinfo"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_any_bytes_get_a_calm_answer(house: House, body: bytes, endpoint: str) -> None:
    """Whatever the bytes, the answer is a client error in the endpoint's own form."""
    for kind in (FORM["content-type"], "application/json"):
        answer = await house.http.post(f"{OAUTH}/{endpoint}", content=body, headers={"content-type": kind})
        assert 400 <= answer.status_code < 500
        assert "Traceback" not in answer.text
