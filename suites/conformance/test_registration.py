"""Programs register themselves: what is made of what they say, who may, and how it ends (RFC 7591, RFC 7592)."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from suites.conformance.party import Party
from tests.services.oauth_house import OAUTH, REDIRECT, VERIFIER, House

from twogate.services.registration import Registering
from twogate.settings.registration import RegistrationSettings
from twogate.web.app import build_app

SAID: dict[str, Any] = {"client_name": "Their program", "redirect_uris": [REDIRECT]}
PUBLIC = SAID | {"token_endpoint_auth_method": "none"}


def _open(house: House, **dials: Any) -> None:
    """The same installation with other dials."""
    settings = house.deps.settings.model_copy(update={"registration": RegistrationSettings(**dials)})
    deps = replace(house.deps, settings=settings)
    house.http._transport = httpx2.ASGITransport(app=build_app(deps))


async def _register(house: House, said: object, token: str = "") -> httpx2.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return await house.http.post(f"{OAUTH}/register", json=said, headers=headers)


async def _invited(house: House, *, uses: int = 1) -> str:
    deps = house.deps
    errand = Registering(deps.store, deps.clock, deps.entropy, deps.settings.registration)
    return (await errand.invite("partner", uses=uses, days=1, actor="test")).text()


async def test_a_registered_program_signs_somebody_in(house: House) -> None:
    """Registered with a token, asked about, redeemed with the secret that was told once."""
    answer = await _register(house, SAID, await _invited(house))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["client_secret_expires_at"] == 0
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    party = Party(house, told["client_id"])
    code = (await party.answer())["code"]
    assert "/.twogate/consent" in party.visited
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    got = await house.http.post(
        f"{OAUTH}/token",
        data=form | {"code_verifier": VERIFIER},
        auth=(told["client_id"], told["client_secret"]),
    )
    assert got.status_code == 200, got.text


async def test_nobody_registers_without_a_token_unless_it_is_open(house: House) -> None:
    """No token, a made-up one, a used-up one, an expired one: 401, and nothing is registered."""
    token = await _invited(house)
    assert (await _register(house, SAID, token)).status_code == 201
    old = await _invited(house)
    before = len(await house.clients.list())
    for bad in ("", "tg_iat_wrong", token):
        refused = await _register(house, SAID, bad)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    house.clock.advance(86_400)
    assert (await _register(house, SAID, old)).status_code == 401
    assert len(await house.clients.list()) == before


async def test_a_token_is_good_for_as_many_as_it_says(house: House) -> None:
    """Ten at once with a token for three: three."""
    token = await _invited(house, uses=3)
    answers = await asyncio.gather(*(_register(house, PUBLIC, token) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [201] * 3 + [401] * 7


async def test_open_registration_is_counted(house: House) -> None:
    """So many from one network in an hour, and no service accounts."""
    _open(house, open=True, each_hour=2)
    assert [(await _register(house, PUBLIC)).status_code for _ in range(3)] == [201, 201, 429]
    house.clock.advance(3_601)
    service = {"client_name": "x", "grant_types": ["client_credentials"], "response_types": []}
    assert (await _register(house, service)).json()["error"] == "invalid_client_metadata"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (SAID, {"application_type": "web", "token_endpoint_auth_method": "client_secret_basic"}),
        (PUBLIC, {"application_type": "web", "token_endpoint_auth_method": "none"}),
        (
            {"redirect_uris": ["http://127.0.0.1:33418/cb"], "token_endpoint_auth_method": "none"},
            {"application_type": "native", "token_endpoint_auth_method": "none", "client_name": "127.0.0.1"},
        ),
        (
            {
                "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
                "token_endpoint_auth_method": "none",
                "client_name": "Television",
            },
            {"application_type": "native", "redirect_uris": []},
        ),
        (
            {"client_name": "job", "grant_types": ["client_credentials"], "response_types": []},
            {"grant_types": ["client_credentials"], "response_types": []},
        ),
    ],
    ids=["web", "spa", "native", "device", "service"],
)
async def test_each_kind_has_sane_defaults(house: House, said: dict[str, Any], expected: dict[str, Any]) -> None:
    """What is not said gets the defaults of what the program evidently is."""
    answer = await _register(house, said, await _invited(house))
    assert answer.status_code == 201, answer.text
    assert expected.items() <= answer.json().items()
    assert ("client_secret" in answer.json()) is (answer.json()["token_endpoint_auth_method"] != "none")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://evil.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example/*"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example/#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://a.example/cb"}, "invalid_client_metadata"),
        ({"redirect_uris": [7]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": ["none"]}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "HS256"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise"}, "invalid_client_metadata"),
        ({"jwks_uri": "https://a.example/jwks"}, "invalid_client_metadata"),
        ({"backchannel_logout_uri": "http://evil.example/out"}, "invalid_client_metadata"),
        ({"post_logout_redirect_uris": ["http://evil.example/"]}, "invalid_redirect_uri"),
        ({"software_statement": "x.y.z"}, "unapproved_software_statement"),
        ({"client_name": 7}, "invalid_client_metadata"),
    ],
)
async def test_what_may_not_be_registered(house: House, change: dict[str, Any], error: str) -> None:
    """Each mistake has its error, and the token is still good: nothing was registered."""
    token = await _invited(house)
    refused = await _register(house, SAID | change, token)
    assert (refused.status_code, refused.json()["error"]) == (400, error), refused.text
    assert (await _register(house, SAID, token)).status_code == 201


@pytest.mark.parametrize("body", [[], "x", 7, None, {"redirect_uris": None}])
async def test_what_is_no_metadata(house: House, body: object) -> None:
    """Another JSON value is refused as such."""
    assert (await _register(house, body, await _invited(house))).status_code == 400


async def test_nobody_asks_for_more_than_self_registered_programs_may(house: House) -> None:
    """The scope of the operator's own programs is not theirs: it is left out, and the answer says so."""
    told = (await _register(house, SAID | {"scope": "openid email admin orders:write"}, await _invited(house))).json()
    assert told["scope"] == "openid email"
    assert (await Party(house, told["client_id"]).answer(scope="orders:write"))["error"] == "invalid_scope"


async def test_case_57_public_client_with_a_secret(house: House) -> None:
    """Whoever proves nothing gets no secret; whoever stops proving loses it; whoever begins gets a new one."""
    token = await _invited(house)
    told = (await _register(house, PUBLIC | {"client_secret": "mine"}, token)).json()
    assert "client_secret" not in told
    bound = {**SAID, "client_id": told["client_id"]}
    first = (await _put(house, told, bound)).json()
    assert first["client_secret"].startswith("tg_cs_")
    second = (await _put(house, first, bound | {"token_endpoint_auth_method": "none"})).json()
    assert "client_secret" not in second
    third = (await _put(house, second, bound)).json()
    assert third["client_secret"] != first["client_secret"]
    tried = await house.http.post(
        f"{OAUTH}/introspect", data={"token": "x"}, auth=(told["client_id"], first["client_secret"])
    )
    assert tried.status_code == 401


async def _put(house: House, told: dict[str, Any], said: dict[str, Any]) -> httpx2.Response:
    headers = {"authorization": f"Bearer {told['registration_access_token']}"}
    return await house.http.put(f"{OAUTH}/register/{told['client_id']}", json=said, headers=headers)


async def test_a_program_looks_after_itself(house: House) -> None:
    """Read, changed under a new token, the old one dead, removed for good (RFC 7592 section 2)."""
    told = (await _register(house, PUBLIC, await _invited(house))).json()
    at = told["registration_client_uri"]
    bearer = {"authorization": f"Bearer {told['registration_access_token']}"}
    read = (await house.http.get(at, headers=bearer)).json()
    assert (read["client_id"], read["client_name"]) == (told["client_id"], "Their program")
    assert "registration_access_token" not in read
    changed = (await _put(house, told, {**PUBLIC, "client_id": told["client_id"], "client_name": "Other"})).json()
    assert changed["client_name"] == "Other"
    assert (await house.http.get(at, headers=bearer)).status_code == 401
    bearer = {"authorization": f"Bearer {changed['registration_access_token']}"}
    assert (await house.http.delete(at, headers=bearer)).status_code == 204
    assert (await house.http.get(at, headers=bearer)).status_code == 401
    assert (await Party(house, told["client_id"]).ask()).status_code == 400


async def test_nobody_looks_after_another_program(house: House) -> None:
    """Another's token, an initial token, none, two at once; a client of the operator has no such door."""
    initial = await _invited(house, uses=2)
    mine, other = [(await _register(house, PUBLIC, initial)).json() for _ in range(2)]
    for name in (other["client_id"], "shop", "cli_none"):
        for token in (mine["registration_access_token"], initial, ""):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            for method in ("GET", "DELETE"):
                answer = await house.http.request(method, f"{OAUTH}/register/{name}", headers=headers)
                assert answer.status_code == 401, (name, method)
    renamed = await _put(house, mine, {**PUBLIC, "client_id": other["client_id"]})
    assert renamed.status_code == 400


async def test_a_changed_address_asks_people_again(house: House) -> None:
    """What somebody allowed was for what was then told to them: another redirect URI or name needs another yes."""
    told = (await _register(house, PUBLIC, await _invited(house))).json()
    party = Party(house, told["client_id"])
    await party.answer()
    uris = [REDIRECT, "https://elsewhere.example/cb"]
    await _put(house, told, {**PUBLIC, "client_id": told["client_id"], "redirect_uris": uris})
    party.visited.clear()
    await party.answer()
    assert party.visited == ["/.twogate/consent"]
