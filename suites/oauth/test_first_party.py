"""Signing in as JSON: the authorization challenge endpoint (draft-ietf-oauth-first-party-apps-04)."""

from typing import Any

import httpx2
import pytest
from tests.services.oauth_house import ADA, CHALLENGE, OAUTH, PASSWORD_TEXT, VERIFIER, House

WANTED = {
    "client_id": "app",
    "scope": "openid orders:read",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def _ask(house: House, *, form: bool = False, **given: Any) -> httpx2.Response:
    url = f"{OAUTH}/authorize-challenge"
    return await (house.http.post(url, data=given) if form else house.http.post(url, json=given))


async def _sign_in(house: House, **more: str) -> httpx2.Response:
    """The whole sign-in in one request."""
    return await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=house.otp(), **more)


@pytest.mark.parametrize("form", [False, True])
async def test_step_by_step(house: House, form: bool) -> None:  # noqa: FBT001
    """An app is told what to ask for next, with a new auth_session each time, until it holds a code."""
    first = await _ask(house, form=form, **WANTED)
    assert first.status_code == 400
    told = first.json()
    assert (told["error"], told["reason"]) == ("insufficient_authorization", "proof_needed")
    assert [one["factor"] for one in told["factors"]] == ["password", "webauthn"]
    assert "question" in told["factors"][1]
    second = (
        await _ask(house, form=form, auth_session=told["auth_session"], username="ada", password=PASSWORD_TEXT)
    ).json()
    assert second["error"] == "insufficient_authorization"
    assert "totp" in [one["factor"] for one in second["factors"]]
    assert second["auth_session"] != told["auth_session"]
    third = await _ask(house, form=form, auth_session=second["auth_session"], otp=house.otp())
    assert third.status_code == 200, third.text
    code = third.json()["authorization_code"]
    tokens = (await house.redeem(code, "app", redirect_uri="")).json()
    shown = await house.introspect(tokens["access_token"])
    assert (shown["sub"], shown["acr"], shown["scope"]) == (ADA, "aal2", "openid orders:read")


async def test_all_at_once(house: House) -> None:
    """An app that has asked for everything beforehand sends it in one request."""
    answer = await _sign_in(house)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["authorization_code"].startswith("tg_ac_")


async def test_wrong_password_and_unknown_name_are_answered_alike(house: House) -> None:
    """A wrong password and an unknown name cannot be told apart, and both may try again."""
    wrong = (await _ask(house, **WANTED, username="ada", password="wrong")).json()
    nobody = (await _ask(house, **WANTED, username="nobody", password="wrong")).json()
    for told in (wrong, nobody):
        told.pop("auth_session")
        told.pop("request_id")
        assert told["factors"][1]["question"]["publicKey"].pop("challenge")
    assert wrong == nobody
    assert (wrong["error"], wrong["reason"]) == ("insufficient_authorization", "password_wrong")


async def test_wrong_code_has_its_reason(house: House) -> None:
    """A wrong one-time code is refused with a reason that a program can read."""
    wrong = "000000" if house.otp() != "000000" else "000001"
    told = (await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=wrong)).json()
    assert (told["error"], told["reason"]) == ("insufficient_authorization", "code_wrong")


async def test_same_code_again_is_refused(house: House) -> None:
    """A one-time code that signed somebody in is refused from then on (RFC 6238 section 5.2)."""
    assert (await _sign_in(house)).status_code == 200
    again = await _sign_in(house)
    assert again.json()["reason"] == "code_replayed"


async def test_too_many_codes_lock_and_say_how_long(house: House) -> None:
    """After ten wrong codes the app is told to wait, with Retry-After, and a right code does not help."""
    wrong = "000000" if house.otp() != "000000" else "000001"
    for _ in range(10):
        await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=wrong)
    locked = await _sign_in(house)
    assert (locked.status_code, locked.json()["reason"]) == (429, "locked")
    assert 0 < int(locked.headers["retry-after"]) <= 1_800


async def test_auth_session_is_good_for_one_request(house: House) -> None:
    """A captured auth_session is worth nothing once it was used (CAS-style replay)."""
    first = (await _ask(house, **WANTED)).json()["auth_session"]
    await _ask(house, auth_session=first, username="ada", password="wrong")
    told = await _ask(house, auth_session=first, username="ada", password=PASSWORD_TEXT)
    assert told.json()["error"] == "invalid_session"


async def test_auth_session_of_another_client(house: House) -> None:
    """A sign-in of one app yields no code to another."""
    await house.register("other", house.known["app"].client.kind, scope=("openid",))
    first = (await _ask(house, **WANTED)).json()["auth_session"]
    told = await _ask(
        house,
        auth_session=first,
        client_id="other",
        username="ada",
        password=PASSWORD_TEXT,
        otp=house.otp(),
    )
    assert told.json()["error"] == "invalid_session"


@pytest.mark.parametrize("client", ["shop", "backend", "robot", "nobody", ""])
async def test_only_first_party_clients(house: House, client: str) -> None:
    """Other clients never see a password: they are refused before anything is looked at."""
    told = await _ask(house, **WANTED | {"client_id": client}, username="ada", password=PASSWORD_TEXT)
    assert told.json()["error"] in ("unauthorized_client", "invalid_client")


async def test_pkce_is_required(house: House) -> None:
    """Without a code challenge there is no sign-in (case 49 at this endpoint)."""
    told = await _ask(house, **WANTED | {"code_challenge": ""}, username="ada", password=PASSWORD_TEXT)
    assert told.json()["reason"] == "pkce_required"


async def test_code_of_this_flow_needs_its_verifier(house: House) -> None:
    """The code is bound to the challenge, and to the absence of a redirect URI."""
    code = (await _sign_in(house)).json()["authorization_code"]
    assert (await house.redeem(code, "app", redirect_uri="", code_verifier=VERIFIER + "x")).status_code == 400
    assert (await house.redeem(code, "app", redirect_uri="https://x.example/")).status_code == 400
    assert (await house.redeem(code, "app", redirect_uri="")).status_code == 200


async def test_level_that_no_factor_reaches(house: House) -> None:
    """RFC 9470 section 5: a level that Ada's factors cannot reach is said to be so."""
    told = (await _sign_in(house, acr_values="aal3")).json()
    assert told["error"] in ("unmet_authentication_requirements", "redirect_to_web")
    assert "authorization_code" not in told


async def test_device_token_is_handed_out_once(house: House) -> None:
    """A new app gets a device token; with it the next sign-in is that of a known device."""
    device = (await _sign_in(house)).json()["device_token"]
    house.clock.advance(60)
    assert "device_token" not in (await _sign_in(house, device_token=device)).json()


BROKEN = [
    b"",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"{",
    b'{"password":["a"]}',
    b'{"password":true}',
    b'{"username":1}',
    b'{"username":"a","username":"b"}',
    b'{"a":{"b":1}}',
    b"\xff\xfe",
    b"[" * 5_000,
    b'{"username":"\\u0000"}',
]


@pytest.mark.parametrize("body", BROKEN)
async def test_malformed_bodies(house: House, body: bytes) -> None:
    """Wrong types, repeated members and broken JSON are a calm invalid_request (case 10)."""
    answer = await house.http.post(
        f"{OAUTH}/authorize-challenge", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")
