"""Key sets at addresses: read when a key is missing or the set is old, not as often as somebody likes."""

import json
from dataclasses import dataclass, field, replace

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.services.oauth_house import OAUTH, REDIRECT, VERIFIER, House

from twogate.outside.fetch import Fetched
from twogate.rules.protocols.jose import compact
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving
from twogate.services.client_keys import AGAIN, OLD, ClientKeys
from twogate.terms.client import AuthMethod, ClientKind
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused
from twogate.web.app import build_app

AT = "https://keyed.example/jwks"
FIRST, SECOND = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("one", "two"))


@dataclass
class Web:
    """Serves a key set."""

    keys: list[ECKey] = field(default_factory=lambda: [FIRST])
    there: bool = True
    asked: int = 0

    async def get(self, url: str) -> Passed[Fetched] | Refused:
        assert url == AT
        self.asked += 1
        if not self.there:
            return Refused(Reason.FETCH_REFUSED)
        body = json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()
        return Passed(Fetched(200, "application/json", body))


@pytest.fixture
async def web(house: House) -> Web:
    """A client with its keys at an address, and what stands there."""
    await house.register(
        "keyed", ClientKind.WEB, proving=Proving(AuthMethod.PRIVATE_KEY_JWT, jwks_uri=AT), scope=("openid",)
    )
    return Web()


def _presented(key: ECKey) -> Presented:
    text = jwt.encode({"alg": "ES256", "kid": key.kid}, {"sub": "keyed"}, key)
    read = compact.read(text)
    assert isinstance(read, Passed)
    return Presented(ClientId("keyed"), assertion=read.value)


async def _kept(house: House) -> set[str]:
    client = await house.clients.get(ClientId("keyed"))
    assert client is not None
    return {key["kid"] for key in json.loads(client.jwks or '{"keys":[]}')["keys"]}


async def test_a_missing_key_is_looked_for(house: House, web: Web) -> None:
    """A new key is found when it is used, a known one asks nobody, an old set is read again."""
    keys = ClientKeys(house.store, house.clock, web)  # type: ignore[arg-type]
    await keys.ready(_presented(FIRST))
    await keys.ready(_presented(FIRST))
    assert (web.asked, await _kept(house)) == (1, {"one"})
    web.keys = [FIRST, SECOND]
    house.clock.advance(AGAIN)
    await keys.ready(_presented(SECOND))
    assert (web.asked, await _kept(house)) == (2, {"one", "two"})
    web.keys = [SECOND]
    house.clock.advance(OLD)
    await keys.ready(_presented(SECOND))
    assert (web.asked, await _kept(house)) == (3, {"two"})


async def test_nobody_makes_us_ask_again_and_again(house: House, web: Web) -> None:
    """A hundred statements with unknown keys are one request in half a minute; a bad answer changes nothing."""
    keys = ClientKeys(house.store, house.clock, web)  # type: ignore[arg-type]
    await keys.ready(_presented(FIRST))
    for _ in range(100):
        await keys.ready(_presented(SECOND))
    assert web.asked == 1
    web.there = False
    house.clock.advance(AGAIN)
    await keys.ready(_presented(SECOND))
    assert (web.asked, await _kept(house)) == (2, {"one"})


async def test_others_ask_nobody(house: House, web: Web) -> None:
    """No statement, an unknown client, one without an address."""
    keys = ClientKeys(house.store, house.clock, web)  # type: ignore[arg-type]
    for presented in (Presented(ClientId("keyed")), Presented(ClientId("none")), Presented(ClientId("shop"))):
        await keys.ready(presented)
    assert web.asked == 0


async def test_a_client_proves_itself_with_a_key_at_its_address(house: House, web: Web) -> None:
    """The whole way: the token endpoint reads the set, and takes the statement once (RFC 7523 section 2.2)."""
    keys = ClientKeys(house.store, house.clock, web)  # type: ignore[arg-type]
    deps = replace(house.deps, reach=replace(house.deps.reach, client_keys=keys))
    house.http._transport = httpx2.ASGITransport(app=build_app(deps))
    await house.sign_in()
    code = await house.code("keyed", scope="openid")
    now = house.clock.now().seconds
    issuer = deps.access_tokens.issuer
    claims = {"iss": "keyed", "sub": "keyed", "aud": issuer, "jti": "j-1", "iat": now, "exp": now + 60}
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256", "kid": "one"}, claims, FIRST),
    }
    got = await house.http.post(f"{OAUTH}/token", data=form)
    assert got.status_code == 200, got.text
    assert (await house.http.post(f"{OAUTH}/token", data=form)).json()["error"] == "invalid_client"
