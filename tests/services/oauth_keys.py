"""Clients of the house that prove themselves with keys, and what they send."""

from typing import Any

import httpx2
from tests.rules.protocols.keys import JWT_BEARER, Caller
from tests.services.oauth_house import CHALLENGE, OAUTH, REDIRECT, VERIFIER, House

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving
from twogate.terms.client import AuthMethod, ClientKind

Headers = dict[str, str] | None
BANK = Caller(number=1)
"""Signs the statements of the client ``bank``."""
SCOPE = ("openid", "profile", "orders:read")


async def register_bank(house: House, **more: Any) -> None:
    """A client with a key instead of a secret."""
    proving = Proving(AuthMethod.PRIVATE_KEY_JWT, BANK.jwks)
    await house.register("bank", ClientKind.WEB, **{"scope": SCOPE, "proving": proving} | more)


def stated(house: House, client: str = "bank", signer: Caller = BANK, **change: Any) -> dict[str, str]:
    """The form fields of a statement."""
    statement = signer.assertion(client, at=house.clock.now(), **change)
    return {"client_assertion_type": JWT_BEARER, "client_assertion": statement}


def proof(house: House, endpoint: str, caller: Caller, *, method: str = "POST", **change: Any) -> dict[str, str]:
    """The header of a DPoP proof for one of our endpoints."""
    url = f"https://api.example.com{OAUTH}/{endpoint}"
    return {"DPoP": caller.proof(method, url, at=house.clock.now(), **change)}


async def push(house: House, form: dict[str, str], headers: Headers = None, **change: str) -> httpx2.Response:
    """Leave an authorization request at the server; an empty text takes a parameter away."""
    asked = {
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": "openid profile orders:read",
        "state": "state-1",
        "nonce": "nonce-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | change
    kept = {name: value for name, value in (asked | form).items() if value}
    return await house.http.post(f"{OAUTH}/par", data=kept, headers=headers or {})


async def pushed(house: House, form: dict[str, str], headers: Headers = None, **change: str) -> str:
    """Return the ``request_uri``."""
    answer = await push(house, form, headers, **change)
    assert answer.status_code == 201, answer.text
    uri: str = answer.json()["request_uri"]
    return uri


async def go(house: House, uri: str, client: str = "bank", **more: str) -> httpx2.Response:
    """Send the browser with a reference."""
    return await house.http.get(f"{OAUTH}/authorize", params={"client_id": client, "request_uri": uri} | more)


async def redeem(house: House, code: str, form: dict[str, str], headers: Headers = None) -> httpx2.Response:
    """Redeem a code as a client that proves itself with ``form``."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return await house.http.post(f"{OAUTH}/token", data=asked | form, headers=headers or {})
