"""The modules of the plan Basic OP: each asserts what its namesake asserts."""

import base64
import hashlib
import html
import json
import re

import pytest
from suites.conformance.party import PAGE, Party, answer_of, header_of, unsigned
from tests.services.oauth_house import CHALLENGE, OAUTH, REDIRECT, VERIFIER, House

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving, Registration, mistakes
from twogate.terms.client import ClientKind

ISSUER = "https://api.example.com/.twogate"


async def test_oidcc_server(party: Party) -> None:
    """A code, tokens, an ID token that a client accepts: issuer, audience, nonce, times, at_hash."""
    answer = await party.answer()
    assert (answer["state"], answer["iss"]) == ("state-1", ISSUER)
    got = (await party.redeem(answer["code"])).json()
    said = await party.claims(got["id_token"])
    assert (got["token_type"], said["nonce"], said["sub"]) == ("Bearer", "nonce-1", "usr_ada")
    assert said["acr"] == "aal2"
    assert hashlib.sha256(got["access_token"].encode()).digest()[:16].hex() == _half(said["at_hash"])


def _half(at_hash: str) -> str:
    return base64.urlsafe_b64decode(at_hash + "==").hex()


async def test_oidcc_response_type_missing(party: Party) -> None:
    """Without response_type the client hears invalid_request (or sees an error page), never a code."""
    told = await party.answer(response_type="")
    assert (told["error"], told["state"]) == ("invalid_request", "state-1")
    assert "code" not in told


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_oidcc_idtoken_signature(house: House, algorithm: str) -> None:
    """The ID token is signed with the algorithm that was registered, by a key that is published with a kid."""
    await house.register("signed", ClientKind.WEB, id_token_alg=algorithm)
    party = Party(house, "signed")
    got = await party.tokens()
    header = header_of(got["id_token"])
    assert header["alg"] == algorithm
    assert header["kid"] in {key["kid"] for key in (await house.http.get(f"{OAUTH}/jwks")).json()["keys"]}
    assert (await party.claims(got["id_token"], algorithm=algorithm))["nonce"] == "nonce-1"


async def test_oidcc_idtoken_unsigned(house: House) -> None:
    """Unsigned ID tokens are refused at registration, as a server may that does not support them."""
    wanted = Registration("unsigned", ClientKind.WEB, (REDIRECT,), id_token_alg="none")
    refused = await house.clients.add(wanted, actor="test")
    assert isinstance(refused, tuple)
    about = (await house.http.get("/.twogate/.well-known/openid-configuration")).json()
    assert "none" not in about["id_token_signing_alg_values_supported"]


async def test_oidcc_userinfo_get(party: Party) -> None:
    """GET with the token in the header: the same subject as the ID token."""
    got = await party.tokens()
    told = await party.house.userinfo(got["access_token"])
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("application/json")
    assert told.json()["sub"] == (await party.claims(got["id_token"]))["sub"]


async def test_oidcc_userinfo_post_header(party: Party) -> None:
    """POST with the token in the header."""
    got = await party.tokens()
    told = await party.house.http.post(f"{OAUTH}/userinfo", headers={"authorization": f"Bearer {got['access_token']}"})
    assert (told.status_code, told.json()["sub"]) == (200, "usr_ada")


async def test_oidcc_userinfo_post_body(party: Party) -> None:
    """POST with the token in the form."""
    got = await party.tokens()
    told = await party.house.http.post(f"{OAUTH}/userinfo", data={"access_token": got["access_token"]})
    assert (told.status_code, told.json()["sub"]) == (200, "usr_ada")


async def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(party: Party) -> None:
    """The nonce is optional in the code flow, and absent then."""
    got = await party.tokens(nonce="")
    assert "nonce" not in await party.claims(got["id_token"])


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("profile", {"name", "preferred_username"}),
        ("email", {"email"}),
        ("profile email", {"name", "preferred_username", "email"}),
    ],
)
async def test_oidcc_scope(party: Party, scope: str, shown: set[str]) -> None:
    """oidcc-scope-profile, -email, -all: what the scope asks for is at the userinfo endpoint."""
    got = await party.tokens(scope=f"openid {scope}")
    told = (await party.house.userinfo(got["access_token"])).json()
    assert set(told) == {"sub"} | shown


@pytest.mark.parametrize("scope", ["address", "phone"])
async def test_oidcc_scope_address_phone(party: Party, scope: str) -> None:
    """oidcc-scope-address, -phone: scopes that are not announced are refused with their own error."""
    about = (await party.house.http.get("/.twogate/.well-known/openid-configuration")).json()
    assert scope not in about["scopes_supported"]
    assert (await party.answer(scope=f"openid {scope}"))["error"] == "invalid_scope"


async def test_oidcc_ensure_other_scope_order_succeeds(party: Party) -> None:
    """The order of scopes says nothing."""
    got = await party.tokens(scope="email openid profile")
    assert "id_token" in got


@pytest.mark.parametrize("display", ["page", "popup", "touch", "wap"])
async def test_oidcc_display(party: Party, display: str) -> None:
    """oidcc-display-page, -popup: tolerated."""
    assert "code" in await party.answer(display=display)


async def test_oidcc_prompt_login(party: Party) -> None:
    """The person is asked again although signed in, and auth_time is later."""
    first = await party.claims((await party.tokens())["id_token"])
    party.house.clock.advance(5)
    party.visited.clear()
    second = await party.claims((await party.tokens(prompt="login"))["id_token"])
    assert "/.twogate/step-up" in party.visited
    assert second["auth_time"] > first["auth_time"]
    assert second["sub"] == first["sub"]


async def test_oidcc_prompt_none_not_logged_in(party: Party) -> None:
    """login_required, without a page."""
    told = answer_of(await party.ask(prompt="none"))
    assert (told["error"], told["state"]) == ("login_required", "state-1")


async def test_oidcc_prompt_none_logged_in(party: Party) -> None:
    """The same person and the same auth_time, without a page."""
    first = await party.claims((await party.tokens())["id_token"])
    told = answer_of(await party.ask(prompt="none"))
    second = await party.claims((await party.redeem(told["code"])).json()["id_token"])
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


async def test_oidcc_prompt_consent(party: Party) -> None:
    """Somebody who has allowed it before is asked once more; not asking where it is needed is consent_required."""
    await party.house.sign_in()
    assert answer_of(await party.ask(prompt="none"))["error"] == "consent_required"
    await party.answer()
    party.visited.clear()
    await party.answer()
    assert party.visited == []
    assert "code" in await party.answer(prompt="consent")
    assert party.visited == ["/.twogate/consent"]


async def test_oidcc_prompt_login_and_consent_ends(party: Party) -> None:
    """Both at once: proved once, asked once, answered."""
    await party.answer()
    party.house.clock.advance(1)
    party.visited.clear()
    assert "code" in await party.answer(prompt="login consent")
    assert party.visited == ["/.twogate/step-up", "/.twogate/consent"]


async def test_oidcc_max_age_1(party: Party) -> None:
    """After more than a second the person proves it again, and auth_time says so."""
    first = await party.claims((await party.tokens())["id_token"])
    party.house.clock.advance(3)
    second = await party.claims((await party.tokens(max_age="1"))["id_token"])
    assert second["auth_time"] > first["auth_time"]


async def test_oidcc_max_age_10000(party: Party) -> None:
    """A session that is young enough is not asked: the same auth_time."""
    first = await party.claims((await party.tokens())["id_token"])
    party.house.clock.advance(3)
    second = await party.claims((await party.tokens(max_age="10000"))["id_token"])
    assert second["auth_time"] == first["auth_time"]


async def test_oidcc_id_token_hint(party: Party) -> None:
    """With a hint about who is signed in and prompt=none there is an answer about that person."""
    hint = (await party.tokens())["id_token"]
    told = answer_of(await party.ask(prompt="none", id_token_hint=hint))
    got = await party.redeem(told["code"])
    assert (await party.claims(got.json()["id_token"]))["sub"] == (await party.claims(hint))["sub"]


async def test_oidcc_id_token_hint_of_somebody_else(party: Party) -> None:
    """A hint that is forged or no hint at all is an error; nobody is answered for another person."""
    await party.answer()
    forged = unsigned({"iss": ISSUER, "sub": "usr_eve", "aud": "party"})
    for hint in (forged, "x.y.z", (await party.tokens())["access_token"]):
        assert answer_of(await party.ask(id_token_hint=hint))["error"] == "invalid_request"
    claims = json.dumps({"id_token": {"sub": {"value": "usr_eve"}}})
    assert answer_of(await party.ask(claims=claims, prompt="none"))["error"] == "login_required"


async def test_oidcc_login_hint(party: Party) -> None:
    """The hint is for the sign-in page."""
    answer = await party.ask(login_hint="ada@example.com")
    assert "login_hint=ada%40example.com" in answer.headers["location"]
    assert "code" in answer_of(await party.go(answer))


@pytest.mark.parametrize(("name", "value"), [("ui_locales", "de fr"), ("claims_locales", "de")])
async def test_oidcc_locales(party: Party, name: str, value: str) -> None:
    """oidcc-ui-locales, -claims-locales: wishes that must not be an error."""
    assert "code" in await party.answer(**{name: value})


async def test_oidcc_ensure_request_with_acr_values_succeeds(party: Party) -> None:
    """The ID token says which class was reached, one of those asked for."""
    got = await party.tokens(acr_values="aal2 aal1")
    assert (await party.claims(got["id_token"]))["acr"] in ("aal1", "aal2")


async def test_oidcc_codereuse(party: Party) -> None:
    """invalid_grant the second time, and what the code gave is worth nothing any more."""
    code = (await party.answer())["code"]
    got = (await party.redeem(code)).json()
    assert (await party.redeem(code)).json()["error"] == "invalid_grant"
    assert (await party.house.userinfo(got["access_token"])).status_code == 401


async def test_oidcc_codereuse_30seconds(party: Party) -> None:
    """Half a minute later it is the same."""
    code = (await party.answer())["code"]
    got = (await party.redeem(code)).json()
    party.house.clock.advance(30)
    assert (await party.redeem(code)).json()["error"] == "invalid_grant"
    assert (await party.house.userinfo(got["access_token"])).status_code == 401


@pytest.mark.parametrize(
    "uri", ["https://rp.example/other", f"{REDIRECT}/", f"{REDIRECT}?x=1", "https://evil.example/"]
)
async def test_oidcc_ensure_registered_redirect_uri(party: Party, uri: str) -> None:
    """An address that was not registered: our own page, no redirect."""
    answer = await party.ask(redirect_uri=uri)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_oidcc_ensure_post_request_succeeds(party: Party) -> None:
    """The authentication request may be posted."""
    await party.answer()
    form = {"response_type": "code", "client_id": "party", "redirect_uri": REDIRECT, "scope": "openid"}
    form |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "posted"}
    told = answer_of(await party.house.http.post(f"{OAUTH}/authorize", data=form, headers=PAGE))
    assert told["state"] == "posted"
    assert "code" in told


async def test_oidcc_server_client_secret_post(house: House, second: Party) -> None:
    """A client that registered client_secret_post authenticates in the form, and only there."""
    code = (await second.answer())["code"]
    assert (await second.redeem(code)).status_code == 401
    made = house.known["party2"]
    assert made.secret is not None
    form = {
        "client_id": "party2",
        "client_secret": made.secret.text(),
        "grant_type": "authorization_code",
        "code": code,
    }
    got = await house.http.post(f"{OAUTH}/token", data=form | {"redirect_uri": REDIRECT, "code_verifier": VERIFIER})
    assert got.status_code == 200, got.text


async def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(party: Party) -> None:
    """A request by reference is refused with its own error, and nothing is fetched."""
    told = await party.house.http.get(
        f"{OAUTH}/authorize", params={"client_id": "party", "request_uri": "https://rp.example/request.jwt"}
    )
    assert "location" not in told.headers or "request_uri_not_supported" in told.headers["location"]
    assert (await party.answer(request_uri="https://rp.example/request.jwt"))["error"] == "request_uri_not_supported"


async def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(party: Party) -> None:
    """A request object is refused with its own error."""
    told = await party.answer(request=unsigned({"client_id": "party", "response_type": "code"}))
    assert told["error"] == "request_not_supported"


async def test_oidcc_ensure_request_object_with_redirect_uri(party: Party) -> None:
    """A redirect URI inside a request object never wins over the one outside."""
    told = await party.answer(request=unsigned({"redirect_uri": "https://evil.example/"}))
    assert told["error"] == "request_not_supported"


async def test_oidcc_claims_essential(party: Party) -> None:
    """A claim that is asked for by name is at the userinfo endpoint."""
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})
    got = await party.tokens(claims=claims)
    assert (await party.house.userinfo(got["access_token"])).json() == {"sub": "usr_ada", "name": "Ada Lovelace"}


async def test_essential_acr_that_cannot_be_reached(party: Party) -> None:
    """An essential acr that nobody can reach, or not without asking: unmet_authentication_requirements."""
    await party.answer()
    for value in ("urn:openbanking:psd2:sca", "aal3"):
        claims = json.dumps({"id_token": {"acr": {"essential": True, "value": value}}})
        told = answer_of(await party.ask(claims=claims, prompt="none"))
        assert told["error"] == "unmet_authentication_requirements"


async def test_oidcc_refresh_token(party: Party, second: Party) -> None:
    """A refresh token gives new tokens to its client, and nothing to another."""
    got = await party.tokens()
    form = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    made = second.house.known["party2"]
    assert made.secret is not None
    other = {"client_id": "party2", "client_secret": made.secret.text()}
    stolen = await party.house.http.post(f"{OAUTH}/token", data=form | other)
    assert stolen.json()["error"] == "invalid_grant"
    fresh = await party.house.http.post(f"{OAUTH}/token", data=form, auth=party.house.basic("party"))
    assert fresh.status_code == 200, fresh.text
    assert fresh.json()["access_token"] != got["access_token"]


async def test_oidcc_ensure_request_with_valid_pkce_succeeds(party: Party) -> None:
    """PKCE with S256; plain and none are refused."""
    assert "code" in await party.answer()
    assert (await party.answer(code_challenge_method="plain"))["error"] == "invalid_request"
    assert (await party.answer(code_challenge=""))["error"] == "invalid_request"


async def test_oidcc_ensure_request_with_unknown_parameter_succeeds(party: Party) -> None:
    """What nobody knows is ignored."""
    assert "code" in await party.answer(extra="foobar")


async def test_form_post_response_mode(party: Party) -> None:
    """The answer is a form to the redirect URI and to nowhere else, errors as well; it needs no script."""
    await party.answer()
    page = await party.ask(response_mode="form_post")
    assert page.status_code == 200
    assert f"form-action {REDIRECT.removesuffix('/callback')}" in page.headers["content-security-policy"]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
    assert f'action="{REDIRECT}"' in html.unescape(page.text)
    assert {"code", "state", "iss"} <= set(fields)
    assert (await party.redeem(fields["code"])).status_code == 200
    wrong = await party.ask(response_mode="form_post", scope="openid admin")
    assert 'name="error" value="invalid_scope"' in wrong.text


async def test_userinfo_needs_openid_and_a_token(party: Party) -> None:
    """No token, a token without the scope openid: 401 and 403 with the challenges of RFC 6750."""
    assert (await party.house.http.get(f"{OAUTH}/userinfo")).status_code == 401
    got = await party.tokens(scope="orders:read")
    assert (await party.house.userinfo(got["access_token"])).status_code == 403


async def test_private_key_jwt_is_one_of_the_methods() -> None:
    """A key set at an address needs the method that uses it."""
    wanted = Registration("x", ClientKind.WEB, (REDIRECT,), proving=Proving(jwks_uri="https://rp.example/jwks"))
    assert mistakes(wanted) != ()
