"""A client that we did not write (Authlib) goes through every grant with the server's own metadata."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.oauth2 import OAuth2Client
from authlib.oauth2.auth import ClientAuth
from tests.services.oauth_house import ISSUER, REDIRECT, URL, VERIFIER, House

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
