"""The metadata documents and the key set, as a client discovers them."""

from urllib.parse import urlsplit

import pytest
from joserfc.jwk import KeySet
from tests.services.oauth_house import ISSUER, OAUTH, URL, House

PLACES = (
    "/.twogate/.well-known/openid-configuration",
    "/.twogate/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration/.twogate",
    "/.well-known/oauth-authorization-server/.twogate",
)


@pytest.mark.parametrize("place", PLACES)
async def test_metadata_is_found_where_clients_look(house: House, place: str) -> None:
    """RFC 8414 section 3.1 and OpenID Connect Discovery section 4: one document at both kinds of address."""
    answer = await house.http.get(place)
    assert answer.status_code == 200
    assert answer.json()["issuer"] == ISSUER
    assert answer.json()["code_challenge_methods_supported"] == ["S256"]


async def test_every_endpoint_named_is_served_here(house: House) -> None:
    """Each URL in the metadata is of this origin and leads to a route (case 55: nothing points elsewhere)."""
    document = (await house.http.get(PLACES[0])).json()
    urls = {name: url for name, url in document.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(urls) >= 8
    for name, url in urls.items():
        assert url.startswith(f"{URL}/"), name
        assert (await house.http.options(urlsplit(url).path)).status_code != 404, name


async def test_metadata_does_not_echo_the_host_header(house: House) -> None:
    """Every URL comes from the configured public URL, whatever the request says."""
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    for place in (*PLACES, "/.well-known/oauth-protected-resource"):
        assert "evil" not in (await house.http.get(place, headers=headers)).text


async def test_protected_resource_metadata(house: House) -> None:
    """RFC 9728 section 2: the API names its identifier and the server whose tokens it takes."""
    document = (await house.http.get("/.well-known/oauth-protected-resource")).json()
    assert (document["resource"], document["authorization_servers"]) == (URL, [ISSUER])


async def test_key_set_holds_public_halves_only(house: House) -> None:
    """RFC 7517: keys of use sig and alg ES256, no private member."""
    answer = await house.http.get(f"{OAUTH}/jwks")
    assert "max-age" in answer.headers["cache-control"]
    keys = answer.json()["keys"]
    assert keys
    for key in keys:
        assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert len(KeySet.import_key_set(answer.json()).keys) == len(keys)


async def test_withdrawn_key_verifies_nothing(house: House) -> None:
    """A key that is withdrawn leaves the key set, and its tokens are refused."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    (kid,) = [key["kid"] for key in (await house.http.get(f"{OAUTH}/jwks")).json()["keys"]]
    await house.deps.keyring.withdraw(kid)
    assert kid not in [key["kid"] for key in (await house.http.get(f"{OAUTH}/jwks")).json()["keys"]]
    assert await house.introspect(token) == {"active": False}
