"""prompt, max_age and acr_values at the authorization endpoint (OpenID Connect Core 3.1.2.1, RFC 9470)."""

from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.services.oauth_house import OAUTH, House, answer_of


def _sent_to(response: httpx2.Response) -> tuple[str, dict[str, str]]:
    assert response.status_code == 303
    where = urlsplit(response.headers["location"])
    return where.path, {name: values[0] for name, values in parse_qs(where.query).items()}


async def test_acr_values_lead_to_step_up_and_back(house: House) -> None:
    """A password-only session is sent to step up for aal2, and comes back with a token that says aal2."""
    await house.sign_in(factors=1)
    path, query = _sent_to(await house.authorize(acr_values="aal2"))
    assert (path, query["level"]) == ("/.twogate/step-up", "aal2")
    await house.sign_in(factors=2)
    code = answer_of(await house.http.get(query["return_to"]))["code"]
    tokens = (await house.redeem(code)).json()
    assert (await house.introspect(tokens["access_token"]))["acr"] == "aal2"


@pytest.mark.parametrize("values", ["aal2", "phr aal2", "aal1 phrh", "unknown aal1"])
async def test_any_acceptable_class_is_enough(house: House, values: str) -> None:
    """Of several acr_values one is enough, and unknown ones are passed over."""
    await house.sign_in()
    assert "code" in answer_of(await house.authorize(acr_values=values))


@pytest.mark.parametrize("values", ["urn:unknown", "none", "AAL2", "aal2,phr"])
async def test_unknown_classes_cannot_be_met(house: House, values: str) -> None:
    """RFC 9470 section 5: when no acr value is known the client is told so."""
    await house.sign_in()
    assert answer_of(await house.authorize(acr_values=values))["error"] == "unmet_authentication_requirements"


async def test_max_age_asks_for_a_fresh_proof(house: House) -> None:
    """Within max_age nobody is asked; beyond it the person proves themselves again and auth_time is new."""
    await house.sign_in()
    house.clock.advance(60)
    assert "code" in answer_of(await house.authorize(max_age="60"))
    house.clock.advance(1)
    path, query = _sent_to(await house.authorize(max_age="60"))
    assert (path, query["max_age"]) == ("/.twogate/step-up", "60")
    await house.sign_in()
    tokens = (await house.redeem(answer_of(await house.http.get(query["return_to"]))["code"])).json()
    keys = KeySet.import_key_set((await house.http.get(f"{OAUTH}/jwks")).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert claims["auth_time"] == house.clock.now().seconds


@pytest.mark.parametrize("change", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "login consent"}])
async def test_forced_sign_in_happens_once(house: House, change: dict[str, str]) -> None:
    """prompt=login and max_age=0 ask again although somebody is signed in, and do not ask for ever."""
    await house.sign_in()
    house.clock.advance(1)
    path, query = _sent_to(await house.authorize(**change))
    assert (path, query["max_age"]) == ("/.twogate/step-up", "0")
    house.clock.advance(1)
    again, _ = _sent_to(await house.http.get(query["return_to"]))
    assert again == "/.twogate/step-up", "coming back without a new proof is not enough"
    await house.sign_in()
    house.clock.advance(3)
    assert "code" in answer_of(await house.http.get(query["return_to"]))


async def test_the_way_back_cannot_be_bent(house: House) -> None:
    """The mark of having been asked is bound to the request, expires, and cannot be made up."""
    await house.sign_in()
    _, query = _sent_to(await house.authorize(prompt="login"))
    house.clock.advance(1)
    await house.sign_in()
    back = query["return_to"]
    assert "code" in answer_of(await house.http.get(back))
    for bent in (back.replace("orders%3Aread", "orders%3Awrite"), back[:-2], back.split("&twogate_asked")[0]):
        assert _sent_to(await house.http.get(bent))[0] == "/.twogate/step-up"
    house.clock.advance(901)
    assert _sent_to(await house.http.get(back))[0] == "/.twogate/step-up"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({}, "code"),
        ({"max_age": "10"}, "login_required"),
        ({"acr_values": "phrh"}, "unmet_authentication_requirements"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "NONE"}, "invalid_request"),
    ],
)
async def test_prompt_none_never_asks(house: House, change: dict[str, str], error: str) -> None:
    """With prompt=none the answer goes to the client at once, whatever it is."""
    await house.sign_in()
    house.clock.advance(11)
    answer = answer_of(await house.authorize(**{"prompt": "none"} | change))
    assert answer.get("error", "code") == error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": 'openid "'}, "invalid_scope"),
        ({"scope": "openid  profile"}, "invalid_scope"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1e3"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"prompt": "signup"}, "invalid_request"),
        ({"nonce": "x" * 513}, "invalid_request"),
        ({"nonce": "é"}, "invalid_request"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
    ],
)
async def test_bad_requests_are_told_to_the_client(house: House, change: dict[str, str], error: str) -> None:
    """Once client and redirect URI are known, errors go there, with state and issuer and without what was sent."""
    await house.sign_in()
    answer = answer_of(await house.authorize(**change))
    assert answer["error"] == error
    assert (answer["state"], answer["iss"]) == ("state-1", "https://api.example.com/.twogate")
    assert "evil" not in answer["error_description"]


async def test_posted_authorization_request(house: House) -> None:
    """OpenID Connect Core section 3.1.2.1: the request may be posted; the way back is a GET."""
    asked = dict((await house.authorize()).request.url.params)
    path, query = _sent_to(await house.http.post(f"{OAUTH}/authorize", data=asked))
    assert path == "/.twogate/sign-in"
    await house.sign_in()
    assert "code" in answer_of(await house.http.post(f"{OAUTH}/authorize", data=asked))
    assert "code" in answer_of(await house.http.get(query["return_to"]))


async def test_unknown_parameters_are_ignored(house: House) -> None:
    """RFC 6749 section 3.1: a parameter that means nothing here changes nothing."""
    await house.sign_in()
    assert "code" in answer_of(await house.authorize(foo="bar", ui_locales="de", claims="{}", display="popup"))


async def test_login_hint_reaches_the_sign_in_page(house: House) -> None:
    """The name that the client knows is passed on, so that nobody types it twice."""
    _, query = _sent_to(await house.authorize(login_hint="ada"))
    assert query["login_hint"] == "ada"


async def test_a_request_too_long_to_come_back_to(house: House) -> None:
    """A state that no sign-in could carry back is refused at once instead of being lost."""
    assert answer_of(await house.authorize(state="s" * 2_000))["error"] == "invalid_request"


async def test_no_script_reads_the_authorization_endpoint(house: House) -> None:
    """RFC 9700 section 2.6: no CORS there, no cache, no referrer."""
    await house.sign_in()
    answer = await house.http.get(f"{OAUTH}/authorize", headers={"origin": "https://shop.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    good = await house.authorize()
    assert (good.headers["cache-control"], good.headers["referrer-policy"]) == ("no-store", "no-referrer")
