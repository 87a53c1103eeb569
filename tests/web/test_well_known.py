"""The metadata documents."""

from pathlib import Path

import httpx2
import pytest
from tests.ports import FakeClock, SeededEntropy
from tests.web.house import CHEAP, House

from twogate.settings.gateway import Gateway
from twogate.settings.model import Settings
from twogate.store.unit import Store

_PROVIDER = (
    "/.twogate/.well-known/openid-configuration",
    "/.twogate/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration/.twogate",
    "/.well-known/oauth-authorization-server/.twogate",
)
_RESOURCE = "/.well-known/oauth-protected-resource"


async def _get(house: House, path: str, **headers: str) -> httpx2.Response:
    client = house.browser().client
    return await client.get(path, headers=headers)


@pytest.mark.parametrize("path", _PROVIDER)
async def test_the_provider_says_the_same_wherever_it_is_looked_for(secure_house: House, path: str) -> None:
    """RFC 8414 section 3.1 and OpenID Connect Discovery section 4: one document, the issuer that was asked."""
    answer = await _get(secure_house, path)
    assert answer.json()["issuer"] == "https://api.example.com/.twogate"
    assert answer.json() == (await _get(secure_house, _PROVIDER[0])).json()


async def test_the_resource_names_the_server_whose_tokens_it_takes(secure_house: House) -> None:
    """RFC 9728 section 3.3: the resource is the public URL, and tokens go into the header only."""
    said = (await _get(secure_house, _RESOURCE)).json()
    assert said["resource"] == "https://api.example.com"
    assert said["authorization_servers"] == ["https://api.example.com/.twogate"]
    assert said["bearer_methods_supported"] == ["header"]


@pytest.mark.parametrize("path", [*_PROVIDER, _RESOURCE])
async def test_no_url_comes_from_the_request(secure_house: House, path: str) -> None:
    """A foreign Host or forwarded header changes nothing: a poisoned cache would send clients elsewhere."""
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    answer = await _get(secure_house, path, **forged)
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", [*_PROVIDER, _RESOURCE])
async def test_everybody_may_read_and_keep_them(secure_house: House, path: str) -> None:
    """Scripts of any origin, for five minutes, without cookies."""
    answer = await _get(secure_house, path, origin="https://any.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers


async def test_tokens_bound_to_certificates_are_announced(
    store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy
) -> None:
    """RFC 8705 section 3.3: where the gateway asks for client certificates, and only there."""
    gateway = Gateway(tls_cert=Path("/c.pem"), client_ca=Path("/ca.pem"))
    for given, told in ((Settings(hashing=CHEAP, gateway=gateway), True), (None, None)):
        house = House.build(store, fake_clock, seeded_entropy, public_url="https://api.example.com", settings=given)
        said = (await _get(house, _PROVIDER[0])).json()
        assert said.get("tls_client_certificate_bound_access_tokens") is told
        await house.close()
