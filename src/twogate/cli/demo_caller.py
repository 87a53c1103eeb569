"""A caller in the demo: an app that signs people in by the JSON flow and calls the API with what it gets.

Decides how a first-party app behaves (draft-ietf-oauth-first-party-apps, RFC 7636, RFC 9470). It knows the gateway's
front door only.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import httpx2

from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.factors.oath import hotp

CLIENT = "demo-app"
PERIOD = 30
_SECRET_MEMBERS = (
    "auth_session",
    "authorization_code",
    "device_token",
    "access_token",
    "refresh_token",
    "id_token",
)
_OAUTH = "/.twogate/oauth2"


@dataclass(slots=True)
class Person:
    """Somebody with a password and an authenticator app."""

    name: str
    password: str = field(repr=False)
    app_secret: str = field(repr=False)  # base32
    uri: str = field(default="", repr=False)
    email: str = ""

    def code(self, offset: int = 0) -> str:
        """The code of the present step, or of one before or after it."""
        step = SystemClock().now().seconds // PERIOD + offset
        return hotp(base64.b32decode(self.app_secret), step)

    def wrong_code(self, number: int = 0) -> str:
        """A code that is good for no step near now."""
        good = {self.code(offset) for offset in range(-3, 4)}
        tried = (f"{(31_337 * (number + 1) + n) % 10**6:06}" for n in range(100))
        return next(code for code in tried if code not in good)


class App:
    """An HTTP client at the gateway's front door."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.AsyncClient(base_url=url, timeout=10, trust_env=False, follow_redirects=False)
        self._verifier = ""
        self.secrets: set[str] = set()  # everything that passed and must never turn up in a log

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """GET with headers, names written with underscores."""
        return await self.http.get(path, headers=_names(headers))

    async def call(self, method: str, path: str, token: str, *, json: dict[str, Any] | None = None) -> httpx2.Response:
        """Call the API with a bearer token."""
        return await self.http.request(method, path, json=json, headers={"Authorization": f"Bearer {token}"})

    async def begin(self, person: Person, *, acr: str = "aal2", max_age: int | None = None) -> httpx2.Response:
        """Begin a sign-in with name and password."""
        self._verifier = base64.urlsafe_b64encode(SystemEntropy().bytes(32)).rstrip(b"=").decode()
        digest = hashlib.sha256(self._verifier.encode()).digest()
        wanted = {
            "client_id": CLIENT,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "acr_values": acr,
            "username": person.name,
            "password": person.password,
        }
        if max_age is not None:
            wanted["max_age"] = str(max_age)
        self.secrets |= {person.password, person.app_secret, self._verifier}
        return self._seen(await self.http.post(f"{_OAUTH}/authorize-challenge", json=wanted))

    async def give_code(self, last: httpx2.Response, code: str) -> httpx2.Response:
        """Give a code for the sign-in that the last answer keeps open."""
        session = last.json().get("auth_session", "")
        self.secrets.add(code)
        given = {"auth_session": session, "code": code}
        return self._seen(await self.http.post(f"{_OAUTH}/authorize-challenge", json=given))

    async def tokens(self, granted: httpx2.Response) -> httpx2.Response:
        """Exchange an authorization code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "code": granted.json()["authorization_code"],
            "code_verifier": self._verifier,
        }
        return self._seen(await self.http.post(f"{_OAUTH}/token", data=form))

    async def revoke(self, token: str) -> httpx2.Response:
        """Revoke a token (RFC 7009)."""
        return await self.http.post(f"{_OAUTH}/revoke", data={"token": token, "client_id": CLIENT})

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        """Remember the secrets in an answer."""
        body = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        self.secrets |= {str(body[name]) for name in _SECRET_MEMBERS if name in body}
        return answer


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
