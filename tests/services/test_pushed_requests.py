"""Pushed authorization requests, from the client to its code."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.rules.protocols.keys import Caller
from tests.services.oauth_house import ISSUER, OAUTH, House, answer_of
from tests.services.oauth_keys import go, proof, push, pushed, redeem, register_bank, stated

ADA = Caller()


@pytest.fixture
async def bank(house: House) -> House:
    """The house with a client that has a key, and Ada signed in."""
    await register_bank(house)
    await house.sign_in()
    return house


async def test_a_pushed_request_leads_to_a_code(bank: House) -> None:
    """201 with a reference and 60 to 90 seconds (RFC 9126 section 2.2); the answer carries ``iss`` (RFC 9207)."""
    answer = await push(bank, stated(bank))
    assert answer.status_code == 201
    assert 60 <= answer.json()["expires_in"] <= 90
    assert answer.headers["cache-control"] == "no-store"
    back = answer_of(await go(bank, answer.json()["request_uri"]))
    assert (back["state"], back["iss"]) == ("state-1", ISSUER)
    tokens = await redeem(bank, back["code"], stated(bank))
    assert tokens.status_code == 200, tokens.text


async def test_fapi2_par_attempt_reuse_request_uri(bank: House) -> None:
    """Answered once, it is answered no more; nobody is sent anywhere."""
    uri = await pushed(bank, stated(bank))
    assert "code" in answer_of(await go(bank, uri))
    again = await go(bank, uri)
    assert (again.status_code, again.headers.get("location")) == (400, None)


async def test_fapi2_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(house: House) -> None:
    """Who reloads the page before signing in gets there all the same."""
    await register_bank(house)
    uri = await pushed(house, stated(house))
    for _ in range(3):
        assert "sign-in" in (await go(house, uri)).headers["location"]
    await house.sign_in()
    assert "code" in answer_of(await go(house, uri))


async def test_fapi2_par_attempt_to_use_expired_request_uri(bank: House) -> None:
    """After its time it leads nowhere."""
    uri = await pushed(bank, stated(bank))
    bank.clock.advance(90)
    assert (await go(bank, uri)).status_code == 400


async def test_fapi2_par_attempt_to_use_request_uri_for_different_client(bank: House) -> None:
    """Another client's reference is none, and stays good for its own."""
    uri = await pushed(bank, stated(bank))
    assert (await go(bank, uri, "shop")).status_code == 400
    assert "code" in answer_of(await go(bank, uri))


async def test_fapi2_par_authorization_request_containing_request_uri_form_param(bank: House) -> None:
    """RFC 9126 section 2.1: refused as an invalid request."""
    uri = await pushed(bank, stated(bank))
    answer = await push(bank, stated(bank), request_uri=uri)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_fapi2_ensure_unsigned_authorization_request_without_using_par_fails(house: House) -> None:
    """A client that must push gets nothing without; those that need not go on as before."""
    await register_bank(house, require_pushed=True)
    await house.sign_in()
    assert (await house.authorize("bank")).status_code == 400
    assert "code" in answer_of(await house.authorize("shop"))
    assert "code" in answer_of(await go(house, await pushed(house, stated(house))))


async def test_fapi2_par_ensure_pkce_required_and_plain_rejected(bank: House) -> None:
    """What the authorization endpoint would refuse is refused here already."""
    for change in ({"code_challenge": ""}, {"code_challenge_method": "plain"}, {"code_challenge_method": ""}):
        assert (await push(bank, stated(bank), **change)).json()["error"] == "invalid_request"
    for change, error in (
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"dpop_jkt": "short"}, "invalid_request"),
    ):
        assert (await push(bank, stated(bank), **change)).json()["error"] == error


async def test_only_the_client_itself_pushes(bank: House) -> None:
    """Without a proof, with another's, with a used one: 401, and nothing is kept."""
    used = stated(bank)
    await pushed(bank, used)
    for form in ({"client_id": "bank"}, stated(bank, signer=ADA), used, {"client_id": "bank", "client_secret": "x"}):
        answer = await push(bank, form)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_nothing_beside_the_reference_counts(bank: House) -> None:
    """RFC 9101 section 6.3: another redirect URI, state or scope in the URL changes nothing."""
    uri = await pushed(bank, stated(bank))
    back = await go(bank, uri, redirect_uri="https://evil.example/", state="forged", scope="admin", nonce="forged")
    assert answer_of(back)["state"] == "state-1"
    assert back.headers["location"].startswith("https://shop.example/callback?")


async def test_who_came_in_time_may_sign_in_slowly(house: House) -> None:
    """The way back carries a signed mark: the request is still answered after its time, but only so, and only once."""
    await register_bank(house)
    uri = await pushed(house, stated(house))
    detour = (await go(house, uri)).headers["location"]
    back = parse_qs(urlsplit(detour).query)["return_to"][0]
    house.clock.advance(600)
    await house.sign_in()
    assert (await go(house, uri)).status_code == 400
    other = back.replace(uri.rpartition(":")[2], "another")
    assert (await house.http.get(other)).status_code == 400
    assert "code" in answer_of(await house.http.get(back))
    assert (await house.http.get(back)).status_code == 400


async def test_an_error_is_an_answer_too(house: House) -> None:
    """``prompt=none`` without a session: the client hears it once, then the reference is used up."""
    await register_bank(house)
    uri = await pushed(house, stated(house), prompt="none")
    assert answer_of(await go(house, uri))["error"] == "login_required"
    await house.sign_in()
    assert (await go(house, uri)).status_code == 400


async def test_a_race_for_one_reference_has_one_winner(bank: House) -> None:
    """Ten browsers at once: one code."""
    uri = await pushed(bank, stated(bank))
    answers = await asyncio.gather(*(go(bank, uri) for _ in range(10)))
    codes = [one for one in answers if "code=" in one.headers.get("location", "")]
    assert len(codes) == 1


async def test_fapi2_ensure_mismatched_dpop_jkt_fails(bank: House) -> None:
    """The key that is named and the key of the proof are one, or the request is refused."""
    right = proof(bank, "par", ADA)
    answer = await push(bank, stated(bank), right, dpop_jkt=Caller(number=2).thumbprint)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    assert (await push(bank, stated(bank), proof(bank, "par", ADA), dpop_jkt=ADA.thumbprint)).status_code == 201
    assert (await push(bank, stated(bank), right)).json()["reason"] == "dpop_replayed"
    elsewhere = proof(bank, "token", ADA)
    assert (await push(bank, stated(bank), elsewhere)).json()["reason"] == "dpop_invalid"


@pytest.mark.parametrize("how", ["proof", "named"])
async def test_fapi2_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(bank: House, how: str) -> None:
    """The code is for the key of the pushed request: no other key and no bearer redeems it, and it is not used up."""
    headers = proof(bank, "par", ADA) if how == "proof" else None
    named = {"dpop_jkt": ADA.thumbprint} if how == "named" else {}
    code = answer_of(await go(bank, await pushed(bank, stated(bank), headers, **named)))["code"]
    for wrong in (None, proof(bank, "token", Caller(number=2))):
        refused = await redeem(bank, code, stated(bank), wrong)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    tokens = await redeem(bank, code, stated(bank), proof(bank, "token", ADA))
    assert tokens.json()["token_type"] == "DPoP"


async def test_a_public_client_pushes_by_its_name(house: House) -> None:
    """It has nothing to prove; the code is bound to its verifier and, if it shows one, its key."""
    await house.sign_in()
    uri = await pushed(house, {"client_id": "shop"})
    code = answer_of(await go(house, uri, "shop"))["code"]
    assert (await redeem(house, code, {"client_id": "shop"})).status_code == 200


async def test_only_post_and_only_a_form(bank: House) -> None:
    """RFC 9126 section 2.3: other methods 405; parameters in the URL are refused."""
    assert (await bank.http.get(f"{OAUTH}/par")).status_code == 405
    assert (await bank.http.post(f"{OAUTH}/par?client_id=shop", data={"a": "b"})).status_code == 400
