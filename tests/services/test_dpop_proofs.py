"""DPoP at the control plane: bound tokens from the token endpoint, at userinfo, in introspection; nonces."""

import asyncio
from typing import Any

import httpx2
import pytest
from tests.rules.protocols.keys import Caller
from tests.services.oauth_house import OAUTH, House
from tests.services.oauth_keys import Headers, proof, redeem, register_bank, stated

from twogate.services.dpop_proofs import Brought, DpopProofs
from twogate.terms.reasons import Reason
from twogate.web.oauth.errands import errands_of

ADA, EVE = Caller(), Caller(number=5)
SHOP = {"client_id": "shop"}


async def _tokens(house: House, caller: Caller = ADA) -> dict[str, Any]:
    """Sign in to a public client that shows its key."""
    answer = await redeem(house, await house.code(), SHOP, proof(house, "token", caller))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _renew(house: House, token: str, headers: Headers = None) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token} | SHOP
    return await house.http.post(f"{OAUTH}/token", data=form, headers=headers or {})


async def _about(house: House, token: str, headers: Headers = None, scheme: str = "DPoP") -> httpx2.Response:
    return await house.http.get(f"{OAUTH}/userinfo", headers={"authorization": f"{scheme} {token}"} | (headers or {}))


@pytest.fixture
async def ada(house: House) -> House:
    """The house with Ada signed in."""
    await house.sign_in()
    return house


async def test_a_token_for_a_proof_is_bound_to_its_key(ada: House) -> None:
    """``token_type`` DPoP; introspection shows ``cnf.jkt`` (RFC 9449 section 6.2); without a proof: Bearer."""
    tokens = await _tokens(ada)
    assert tokens["token_type"] == "DPoP"
    told = await ada.introspect(tokens["access_token"])
    assert (told["token_type"], told["cnf"]) == ("DPoP", {"jkt": ADA.thumbprint})
    plain = await ada.tokens()
    assert plain["token_type"] == "Bearer"
    assert "cnf" not in await ada.introspect(plain["access_token"])


@pytest.mark.parametrize(
    "change", [{"jti": None}, {"htm": "GET"}, {"htu": "https://api.example.com/"}, {"iat": 1}, {"head_alg": "RS256"}]
)
async def test_a_bad_proof_is_refused_and_the_code_is_still_good(ada: House, change: dict[str, Any]) -> None:
    """400 ``invalid_dpop_proof`` (RFC 9449 section 5)."""
    code = await ada.code()
    refused = await redeem(ada, code, SHOP, proof(ada, "token", ADA, **change))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert (await redeem(ada, code, SHOP, proof(ada, "token", ADA))).status_code == 200


async def test_case_51_a_proof_counts_once_at_the_token_endpoint(ada: House) -> None:
    """Twenty requests with one proof: one gets tokens; a proof for another endpoint none."""
    shown = proof(ada, "token", ADA)
    codes = [await ada.code() for _ in range(20)]
    answers = await asyncio.gather(*(redeem(ada, code, SHOP, shown) for code in codes))
    assert sum(one.status_code == 200 for one in answers) == 1
    assert {one.json()["reason"] for one in answers if one.status_code != 200} == {"dpop_replayed"}
    assert (await redeem(ada, codes[0], SHOP, proof(ada, "par", ADA))).json()["reason"] == "dpop_invalid"


async def test_a_refresh_token_of_a_public_client_is_bound_to_its_key(ada: House) -> None:
    """RFC 9449 section 5: a thief without the key gets nothing and ends nothing; its owner goes on, always bound."""
    token = (await _tokens(ada))["refresh_token"]
    for headers in ({}, proof(ada, "token", EVE)):
        refused = await _renew(ada, token, headers)
        assert (refused.json()["error"], refused.json()["reason"]) == ("invalid_grant", "binding_missing")
    for _ in range(3):
        answer = await _renew(ada, token, proof(ada, "token", ADA))
        assert answer.json()["token_type"] == "DPoP"
        token = answer.json()["refresh_token"]
    assert (await _renew(ada, token)).json()["reason"] == "binding_missing"


async def test_a_refresh_token_of_a_client_with_a_key_is_its_own_binding(ada: House) -> None:
    """A confidential client proves itself; it may come with another key, and its access token is bound to that."""
    await register_bank(ada)
    answer = await redeem(ada, await ada.code("bank"), stated(ada), proof(ada, "token", ADA))
    token = answer.json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token} | stated(ada)
    renewed = await ada.http.post(f"{OAUTH}/token", data=form, headers=proof(ada, "token", EVE))
    assert (await ada.introspect(renewed.json()["access_token"]))["cnf"] == {"jkt": EVE.thumbprint}


async def test_fapi2_ensure_holder_of_key_required(ada: House) -> None:
    """A client that is registered for bound tokens gets no other."""
    await register_bank(ada, require_dpop=True)
    code = await ada.code("bank")
    refused = await redeem(ada, code, stated(ada))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert (await redeem(ada, code, stated(ada), proof(ada, "token", ADA))).json()["token_type"] == "DPoP"


async def test_userinfo_takes_a_bound_token_with_its_proof_once(ada: House) -> None:
    """RFC 9449 section 7.1: the scheme, one good proof, the right key; anything else is 401 with a challenge."""
    token = (await _tokens(ada))["access_token"]

    def shown(caller: Caller = ADA, of: str = token, **change: Any) -> dict[str, str]:
        return proof(ada, "userinfo", caller, method="GET", token=of, **change)

    good = shown()
    assert (await _about(ada, token, good)).json()["sub"] == "usr_ada"
    for headers, reason in (
        (good, "dpop_replayed"),
        ({}, "dpop_invalid"),
        (shown(htm="POST"), "dpop_invalid"),
        (shown(of="another"), "dpop_invalid"),
        (shown(EVE), "binding_missing"),
    ):
        refused = await _about(ada, token, headers)
        assert (refused.status_code, refused.json()["reason"]) == (401, reason)
        assert refused.headers["www-authenticate"].split()[0] in {"DPoP", "Bearer"}
    assert (await _about(ada, token, shown(), "Bearer")).json()["reason"] == "binding_missing"
    plain = (await ada.tokens())["access_token"]
    assert (await _about(ada, plain, shown(of=plain))).json()["reason"] == "binding_missing"


async def test_a_nonce_where_one_is_wanted(ada: House) -> None:
    """RFC 9449 section 8: ``use_dpop_nonce`` with a nonce, with it the proof is good; a stale or forged one is not."""
    settings = ada.deps.access_tokens.settings
    ada.deps.access_tokens.settings = settings.model_copy(update={"dpop_nonce": True})
    code = await ada.code()
    refused = await redeem(ada, code, SHOP, proof(ada, "token", ADA))
    assert (refused.status_code, refused.json()["error"]) == (400, "use_dpop_nonce")
    nonce = refused.headers["dpop-nonce"]
    assert (await redeem(ada, code, SHOP, proof(ada, "token", ADA, nonce="forged"))).json()["error"] == "use_dpop_nonce"
    tokens = await redeem(ada, code, SHOP, proof(ada, "token", ADA, nonce=nonce))
    assert tokens.status_code == 200
    ada.clock.advance(301)
    old = await redeem(ada, await ada.code(), SHOP, proof(ada, "token", ADA, nonce=nonce))
    assert old.json()["error"] == "use_dpop_nonce"
    said = await _about(ada, "x", proof(ada, "userinfo", ADA, method="GET", token="x"))
    assert (said.status_code, "dpop-nonce" in said.headers) == (401, True)
    proofs: DpopProofs = errands_of(ada.deps).proofs
    until = ada.clock.now().plus(60)
    fresh = await proofs.fresh_nonce()
    brought = [Brought("a" * 64, until, nonce), Brought("a" * 64, until, fresh), Brought("a" * 64, until, fresh)]
    assert await proofs.judge(brought) == [Reason.DPOP_NONCE_NEEDED, None, Reason.DPOP_REPLAYED]


async def test_a_service_account_gets_bound_tokens_too(house: House) -> None:
    """Client credentials with a proof (RFC 9449 section 5), and a certificate beside it does not win over the key."""
    form = {"grant_type": "client_credentials"}
    certificate = {
        "x-twogate-certificate": "T" * 43,
        "x-twogate-certificate-issuer": "CN=Clients",
        "x-twogate-certificate-subject": "CN=robot",
    }
    headers = proof(house, "token", ADA) | certificate
    answer = await house.http.post(f"{OAUTH}/token", data=form, auth=house.basic("robot"), headers=headers)
    assert (await house.introspect(answer.json()["access_token"]))["cnf"] == {"jkt": ADA.thumbprint}
