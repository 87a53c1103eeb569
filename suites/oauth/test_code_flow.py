"""Authorization code with PKCE, from the browser to the tokens."""

from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet
from tests.services.oauth_house import ISSUER, OAUTH, REDIRECT, House, answer_of


async def test_code_flow_yields_tokens(house: House) -> None:
    """A signed-in person's browser brings a code; the client turns it into three tokens."""
    await house.sign_in()
    response = await house.authorize()
    answer = answer_of(response)
    assert response.headers["location"].startswith(f"{REDIRECT}?")
    assert (answer["state"], answer["iss"]) == ("state-1", ISSUER)
    tokens = (await house.redeem(answer["code"])).json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 300
    assert tokens["scope"] == "openid profile orders:read"
    assert {"access_token", "refresh_token", "id_token"} <= tokens.keys()


async def test_id_token_is_verified_by_the_published_keys(house: House) -> None:
    """OpenID Connect Core section 2: signature, audience, nonce, acr and auth_time stand as asked."""
    await house.sign_in()
    tokens = await house.tokens()
    keys = KeySet.import_key_set((await house.http.get(f"{OAUTH}/jwks")).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert claims["iss"] == ISSUER
    assert claims["aud"] == "shop"
    assert (claims["sub"], claims["nonce"], claims["acr"]) == ("usr_ada", "nonce-1", "aal2")
    assert claims["auth_time"] == house.clock.now().seconds


async def test_nobody_signed_in_is_sent_to_sign_in_and_back(house: House) -> None:
    """Without a session the browser is sent to the sign-in page, and the way back leads to this very request."""
    response = await house.authorize()
    where = urlsplit(response.headers["location"])
    assert (response.status_code, where.path) == (303, "/.twogate/sign-in")
    back = parse_qs(where.query)["return_to"][0]
    assert back.startswith(f"{OAUTH}/authorize?")
    await house.sign_in()
    assert "code" in answer_of(await house.http.get(back))
