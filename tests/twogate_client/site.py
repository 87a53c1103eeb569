"""An API and its authorization server in one object, strict where it matters and wrong where a test says so.

Proofs are checked by the server's own rules, which share no line with the client that makes them.
"""

import base64
import hashlib
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Asked, Proved, check
from twogate.terms.instant import Instant
from twogate_client import MemoryKeeper, TwogateAuth, World
from twogate_client.keepers import Keeper
from twogate_client.ways.way import Way

API = "https://api.example"
ISSUER = "https://login.example/tenant"
SECRET = "a secret of the client"
NOW = 1_795_521_600.0


@dataclass
class Grant:
    """What was granted."""

    level: str = "aal1"
    key: str = ""
    access: set[str] = field(default_factory=set)
    dead: bool = False


@dataclass
class Site:
    """Knobs, and everything it heard."""

    now: float = NOW
    resource: dict[str, Any] = field(default_factory=dict)  # replaces members of the API's description
    metadata: dict[str, Any] = field(default_factory=dict)  # likewise of the server's
    hint: str = API + "/.well-known/oauth-protected-resource"
    nonce: str = ""
    bearer: bool = False  # it binds nothing, whatever it is asked for
    lose: int = 0  # so many answers of the token endpoint get lost on their way
    pending: list[str] = field(default_factory=list)  # what the next polls hear
    redirect: str = ""  # where /moved leads
    verification: str = API + "/device"  # where codes are typed
    level: str = "aal1"  # what people prove when they are asked
    heard: list[httpx2.Request] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    refreshes: dict[str, tuple[Grant, str]] = field(default_factory=dict)  # token -> its grant, what followed it
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    proofs: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    number: int = 0

    def auth(self, way: Way | None = None, *, keeper: Keeper | None = None, **more: Any) -> TwogateAuth:
        """A client of this site."""
        return TwogateAuth(API, "shop", way=way, keeper=keeper or MemoryKeeper(), world=self.world, **more)

    @property
    def world(self) -> World:
        transport = httpx2.MockTransport(self.handle)
        return World(transport=transport, async_transport=transport, now=lambda: self.now, sleep=self.sleep)

    def client(self, auth: TwogateAuth, **more: Any) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self.handle), auth=auth, base_url=API, **more)

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.01))
        with self.lock:
            self.now += seconds

    def paths(self) -> list[str]:
        return [request.url.path for request in self.heard]

    def count(self, path: str) -> int:
        return self.paths().count(path)

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        with self.lock:
            self.heard.append(request)
            host, path = request.url.host, request.url.path
            if host == "api.example":
                return self._api(request)
            if host != "login.example":
                return httpx2.Response(200, json={"elsewhere": host})
            if path == "/.well-known/oauth-authorization-server/tenant":
                return httpx2.Response(200, json=self._metadata())
            answer = self._server(path, request)
            if path == "/token" and self.lose:
                self.lose -= 1
                raise httpx2.ReadError("lost", request=request)
            return answer

    # ------------------------------------------------------------------ the API

    def _api(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path == "/.well-known/oauth-protected-resource":
            return httpx2.Response(200, json={"resource": API, "authorization_servers": [ISSUER]} | self.resource)
        if path == "/open":
            return httpx2.Response(200, json={"open": True})
        if path == "/moved":
            return httpx2.Response(307, headers={"location": self.redirect})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = next((one for one in self.grants if token and token in one.access and not one.dead), None)
        if grant is None:
            error = 'error="invalid_token", ' if token else ""
            return self._challenge(f'Bearer {error}resource_metadata="{self.hint}"')
        if grant.key:
            wrong = self._proof(request, grant.key, token=token if scheme == "DPoP" else "")
            if wrong is not None:
                return wrong
        if path.startswith("/vault") and grant.level != "aal2":
            needed = f'acr_values="aal2", max_age=300, resource_metadata="{self.hint}"'
            return self._challenge(f'Bearer error="insufficient_user_authentication", {needed}')
        told = {"method": request.method, "body": request.content.decode(), "scheme": scheme}
        return httpx2.Response(200, json=told)

    def _proof(self, request: httpx2.Request, key: str, *, token: str = "") -> httpx2.Response | None:
        url = str(request.url).partition("?")[0]
        digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        asked = Asked(request.method, url, digest if token else None)
        found = check(request.headers.get_list("dpop"), asked, now=Instant(int(self.now * 1000)))
        if not isinstance(found, Proved) or found.mark in self.proofs or (key and found.thumbprint != key):
            return self._challenge(f'DPoP error="invalid_dpop_proof", resource_metadata="{self.hint}"')
        if found.nonce != self.nonce:
            answer = self._challenge('DPoP error="use_dpop_nonce"')
            answer.headers["dpop-nonce"] = self.nonce
            return answer
        self.proofs.add(found.mark)
        return None

    def _challenge(self, text: str) -> httpx2.Response:
        return httpx2.Response(401, headers={"www-authenticate": text}, json={"reason": "no"})

    # ------------------------------------------------------------------ its server

    def _metadata(self) -> dict[str, Any]:
        at = "https://login.example"
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "device_authorization_endpoint": f"{at}/device",
            "revocation_endpoint": f"{at}/revoke",
            "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def _server(self, path: str, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if path == "/revoke":
            for known, (grant, _) in self.refreshes.items():
                grant.dead |= known == form["token"]
            return httpx2.Response(200, json={})
        key = ""
        if "dpop" in request.headers:
            wrong = self._proof(request, "")
            if wrong is not None:
                error = "use_dpop_nonce" if "dpop-nonce" in wrong.headers else "invalid_dpop_proof"
                return httpx2.Response(400, headers=wrong.headers, json={"error": error})
            found = check(
                request.headers.get_list("dpop"), Asked("POST", str(request.url)), now=Instant(int(self.now * 1000))
            )
            assert isinstance(found, Proved)
            key = found.thumbprint
        if path == "/device":
            told = {"device_code": "dc", "user_code": "WDJB-MJHT", "verification_uri": self.verification}
            return httpx2.Response(200, json=told | {"expires_in": 120, "interval": 5})
        return self._token(form, key, request)

    def _token(self, form: dict[str, str], key: str, request: httpx2.Request) -> httpx2.Response:
        match form["grant_type"]:
            case "client_credentials":
                pair = base64.b64encode(f"shop:{SECRET.replace(' ', '+')}".encode()).decode()
                if request.headers.get("authorization") != f"Basic {pair}":
                    return httpx2.Response(401, json={"error": "invalid_client"})
                return self._issue(Grant("aal1", key), refresh=False)
            case "refresh_token":
                return self._refresh(form["refresh_token"], key)
            case "authorization_code":
                asked = self.codes.pop(form["code"], None)
                digest = hashlib.sha256(form["code_verifier"].encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
                if (
                    asked is None
                    or asked["code_challenge"] != challenge
                    or asked["redirect_uri"] != form["redirect_uri"]
                    or asked.get("dpop_jkt", key) != key
                ):
                    return httpx2.Response(400, json={"error": "invalid_grant"})
                return self._issue(Grant(asked.get("acr_values", self.level), key))
            case _:
                if self.pending:
                    return httpx2.Response(400, json={"error": self.pending.pop(0)})
                return self._issue(Grant(self.level, key))

    def _refresh(self, token: str, key: str) -> httpx2.Response:
        grant, follower = self.refreshes.get(token, (None, ""))
        if grant is None or grant.dead or grant.key != key:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        if follower and self.refreshes[follower][1]:  # what followed was used: somebody has stolen one of them
            grant.dead = True
            return httpx2.Response(400, json={"error": "invalid_grant"})
        answer = self._issue(grant, refresh=follower or True)
        self.refreshes[token] = (grant, answer.json()["refresh_token"])
        return answer

    def _issue(self, grant: Grant, *, refresh: bool | str = True) -> httpx2.Response:
        self.number += 1
        access = f"at-{self.number}"
        if self.bearer:
            grant.key = ""
        if grant not in self.grants:
            self.grants.append(grant)
        grant.access = {access}
        told: dict[str, Any] = {
            "access_token": access,
            "token_type": "DPoP" if grant.key else "Bearer",
            "expires_in": 300,
        }
        if refresh:
            told["refresh_token"] = refresh if isinstance(refresh, str) else f"rt-{self.number}"
            self.refreshes.setdefault(told["refresh_token"], (grant, ""))
        return httpx2.Response(200, json=told)

    # ------------------------------------------------------------------ its person

    def person(self, **change: str | None) -> "Person":
        """A browser with somebody in front of it, who says yes to everything; ``change``: what is sent back."""
        return Person(self, change)


@dataclass
class Person:
    """What a browser does with an address: it asks, and goes where it is sent."""

    site: Site
    change: dict[str, str | None]
    asked: list[dict[str, str]] = field(default_factory=list)
    heard: list[httpx2.Response] = field(default_factory=list)

    def __call__(self, address: str) -> bool:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        code = f"code-{len(self.asked)}-{len(self.site.codes)}"
        with self.site.lock:
            self.site.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": ISSUER} | self.change
        given = {name: value for name, value in back.items() if value is not None}
        self.heard.append(httpx2.get(asked["redirect_uri"], params=given, trust_env=False))
        return True
