"""A client that we did not write (Authlib) goes through every grant with the server's own metadata."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from authlib.oauth2 import OAuth2Client
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey
from tests.services.oauth_house import ISSUER, REDIRECT, URL, VERIFIER, House

from twogate.outside.clock import SystemClock
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving
from twogate.terms.client import AuthMethod, ClientKind

METADATA = "/.twogate/.well-known/oauth-authorization-server"


@dataclass
class Wire:
    """What Authlib posts through: its own requests, carried by the event loop of the test."""

    http: httpx2.AsyncClient
    loop: asyncio.AbstractEventLoop

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str], auth: Any, **_: Any) -> httpx2.Response:
        url, headers, body = auth.prepare("POST", url, dict(headers or {}), urlencode(data))
        sent = self.http.post(url.removeprefix(URL), content=body, headers=headers)
        return asyncio.run_coroutine_threadsafe(sent, self.loop).result(10)

    def request(self, method: str, url: str, **more: Any) -> httpx2.Response:
        assert method == "POST"
        return self.post(url, **more)


class Client(OAuth2Client):  # type: ignore[misc]  # Authlib has no types
    """Authlib's client over that wire."""

    client_auth_class = ClientAuth


def _client(house: House, name: str, **more: Any) -> Client:
    client, secret = house.basic(name)
    wire = Wire(house.http, asyncio.get_running_loop())
    return Client(wire, client_id=client, client_secret=secret, **more)


async def test_code_flow_with_authlib(house: House) -> None:
    """Authlib gets a code with PKCE, redeems it, renews, and revokes, reading only the metadata."""
    await house.sign_in()
    metadata = (await house.http.get(METADATA)).json()
    assert metadata["issuer"] == ISSUER
    client = _client(house, "backend", redirect_uri=REDIRECT, scope="openid orders:read", code_challenge_method="S256")
    url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=VERIFIER)
    landed = (await house.http.get(url.removeprefix(URL))).headers["location"]
    token_url = metadata["token_endpoint"]
    token = await asyncio.to_thread(
        client.fetch_token, token_url, authorization_response=landed, state=state, code_verifier=VERIFIER
    )
    renewed = await asyncio.to_thread(client.refresh_token, token_url, refresh_token=token["refresh_token"])
    assert renewed["access_token"] != token["access_token"]
    assert (await house.introspect(renewed["access_token"]))["active"]
    revoked = await asyncio.to_thread(
        client.revoke_token, metadata["revocation_endpoint"], token=renewed["refresh_token"]
    )
    assert revoked.status_code == 200
    assert not (await house.introspect(renewed["access_token"]))["active"]


async def test_client_credentials_with_authlib(house: House) -> None:
    """Authlib gets a service account's token, with a part of its scope, and no refresh token."""
    metadata = (await house.http.get(METADATA)).json()
    client = _client(house, "robot", scope="orders:read")
    token = await asyncio.to_thread(client.fetch_token, metadata["token_endpoint"], grant_type="client_credentials")
    assert token["scope"] == "orders:read"
    assert "refresh_token" not in token


async def test_introspection_with_authlib(house: House) -> None:
    """Authlib reads the metadata of a token: RFC 7662 members, RFC 9470 acr and auth_time."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    metadata = (await house.http.get(METADATA)).json()
    client = _client(house, "backend")
    answer = await asyncio.to_thread(client.introspect_token, metadata["introspection_endpoint"], token=token)
    told = answer.json()
    assert (told["active"], told["sub"], told["client_id"], told["acr"]) == (True, "usr_ada", "shop", "aal2")
    assert told["auth_time"] == house.clock.now().seconds


async def test_private_key_jwt_with_authlib(house: House) -> None:
    """Authlib signs the statement (RFC 7523) with ES256 and PS256; with the endpoint for an audience it is refused."""
    house.clock.advance(SystemClock().now().since(house.clock.now()))
    metadata = (await house.http.get(METADATA)).json()
    for number, key in enumerate((ECKey.generate_key("P-256"), RSAKey.generate_key(2048))):
        algorithm = ("ES256", "PS256")[number]
        assert algorithm in metadata["token_endpoint_auth_signing_alg_values_supported"]
        jwks = json.dumps({"keys": [key.as_dict(private=False)]})
        proving = Proving(AuthMethod.PRIVATE_KEY_JWT, jwks)
        await house.register(f"job{number}", ClientKind.SERVICE, proving=proving, scope=("orders:read",))
        wire = Wire(house.http, asyncio.get_running_loop())
        for audience, good in ((metadata["issuer"], True), (metadata["token_endpoint"], False)):
            client = Client(wire, f"job{number}", key, token_endpoint_auth_method="private_key_jwt")
            client.register_client_auth_method(PrivateKeyJWT(audience, alg=algorithm))
            asked = asyncio.to_thread(client.fetch_token, metadata["token_endpoint"], grant_type="client_credentials")
            if good:
                assert (await asked)["token_type"] == "Bearer"
            else:
                with pytest.raises(OAuth2Error, match="invalid_client"):
                    await asked
