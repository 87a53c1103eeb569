"""Introspection: for clients that prove themselves, silent about everything that is not good."""

import pytest
from tests.services.oauth_house import ADA, House
from tests.services.oauth_marks import CALLER, errands, form, proof_of, wrong_proof

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, InvalidRequest, TooManyFailures
from twogate.rules.protocols.oauth2.rfc7662_introspection.response import INACTIVE
from twogate.services.api_tokens import CreatedApiToken


async def _ask(house: House, token: str, client: str = "backend") -> object:
    return await errands(house).introspect.answer(proof_of(house, client), form(token=token), CALLER)


async def test_a_good_access_token_is_described(house: House) -> None:
    """Subject, client, scope, level and session of a token in force (RFC 7662 section 2.2)."""
    session = await house.sign_in()
    said = await _ask(house, (await house.tokens())["access_token"])
    assert isinstance(said, dict)
    assert (said["active"], said["sub"], said["client_id"], said["sid"]) == (True, ADA, "shop", session.id)
    assert (said["acr"], said["scope"], said["token_type"]) == ("aal2", "openid profile orders:read", "Bearer")


async def test_an_api_token_says_what_it_is(house: House) -> None:
    """No methods and no time of proof: a resource server cannot take it for a person who is there."""
    made = await house.api_tokens.create(ADA, name="n", scope=("orders:read",), days=1, actor="test")
    assert isinstance(made, CreatedApiToken)
    said = await _ask(house, made.secret.text())
    assert isinstance(said, dict)
    assert (said["token_type"], said["acr"], said["sub"]) == ("api_token", "aal1", ADA)
    assert {"amr", "auth_time"}.isdisjoint(said)


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "tg_rt_none", "tg_pat_none", "tg_ac_none"])
async def test_bad_tokens_are_inactive_and_nothing_else(house: House, token: str) -> None:
    """The answer is the same two words whatever is wrong, so that it tells nothing."""
    assert await _ask(house, token) == INACTIVE == {"active": False}


async def test_a_refresh_token_is_shown_to_its_own_client_only(house: House) -> None:
    """Another confidential client learns nothing from a refresh token it got hold of."""
    await house.sign_in()
    code = await house.code("backend")
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://shop.example/callback"}
    asked["code_verifier"] = "a-verifier-of-sufficient-length-for-rfc-7636-0123456789"
    answer = await house.http.post("/.twogate/oauth2/token", data=asked, auth=house.basic("backend"))
    token = answer.json()["refresh_token"]
    said = await _ask(house, token)
    assert isinstance(said, dict)
    assert (said["active"], said["sub"], said["client_id"]) == (True, ADA, "backend")
    assert await _ask(house, token, "robot") == INACTIVE


async def test_public_clients_are_not_told(house: House) -> None:
    """A client without a secret could be anybody: it gets an error even for its own token."""
    await house.sign_in()
    assert isinstance(await _ask(house, (await house.tokens())["access_token"], "shop"), InvalidClient)


async def test_wrong_secrets_are_counted(house: House) -> None:
    """Introspection is no way around the budget of wrong client secrets."""
    for _ in range(10):
        refused = await errands(house).introspect.answer(wrong_proof("backend"), form(token="x"), CALLER)
        assert isinstance(refused, InvalidClient)
    refused = await errands(house).introspect.answer(wrong_proof("backend"), form(token="x"), CALLER)
    assert isinstance(refused, TooManyFailures)


async def test_no_token_is_a_mistake_of_the_caller(house: House) -> None:
    """A missing token is an invalid request, not an inactive token."""
    assert isinstance(await _ask(house, ""), InvalidRequest)
