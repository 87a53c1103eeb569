"""One installation on a real database, served as ASGI without a socket, with a signed-in person and clients."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from fastapi import FastAPI
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.rules.factors.contract import Account
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.services.api_tokens import ApiTokens
from twogate.services.clients import Clients, RegisteredClient
from twogate.settings.factors import HashingSettings
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.account import Credential, User
from twogate.terms.client import ClientKind
from twogate.terms.ids import CredentialId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.secret import Secret, new_secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed
from twogate.web.app import build_app
from twogate.web.dependencies import Dependencies, assemble
from twogate.web.front import Front, FrontInForce

URL = "https://api.example.com"
ISSUER = f"{URL}/.twogate"
OAUTH = "/.twogate/oauth2"
REDIRECT = "https://shop.example/callback"
ADA = UserId("usr_ada")
CHEAP = Settings(hashing=HashingSettings(memory_kib=7_168, passes=1))
VERIFIER = "a-verifier-of-sufficient-length-for-rfc-7636-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PASSWORD = Nature(frozenset({Category.KNOWN}), ("pwd",))
PASSWORD_TEXT = "correct horse battery staple"
CODE = Nature(frozenset({Category.HELD}), ("otp",), replay_resistant=True)


@dataclass
class House:
    """The installation, and what a test needs to act in it."""

    deps: Dependencies
    app: FastAPI
    clock: FakeClock
    http: httpx2.AsyncClient
    clients: Clients
    api_tokens: ApiTokens
    session_secret: Secret | None = None
    known: dict[str, RegisteredClient] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.deps.store

    def otp(self) -> str:
        """The code that Ada's app shows now."""
        key = base64.b32decode(_populated.totp)
        mac = hmac.digest(key, (self.clock.now().seconds // 30).to_bytes(8, "big"), "sha1")
        at = mac[-1] & 15
        return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"

    async def register(self, name: str, kind: ClientKind, **more: Any) -> RegisteredClient:
        """Register a client whose id is its name."""
        web = kind in (ClientKind.WEB, ClientKind.BROWSER)
        wanted = Registration(name, kind, **({"redirect_uris": (REDIRECT,)} if web else {}) | {"id": name} | more)
        made = await self.clients.add(wanted, actor="test")
        assert isinstance(made, RegisteredClient), made
        self.known[name] = made
        return made

    def basic(self, name: str) -> tuple[str, str]:
        """Credentials of a confidential client for HTTP Basic."""
        made = self.known[name]
        assert made.secret is not None
        return made.client.id, made.secret.text()

    async def sign_in(self, *, factors: int = 2, at: Instant | None = None) -> Session:
        """Start a session for Ada as the sign-in would, and put its cookie into the browser."""
        now = self.clock.now()
        at = at or now
        proofs = (
            Proof("password", CredentialId("crd_p"), PASSWORD, at),
            Proof("totp", CredentialId("crd_t"), CODE, at),
        )[:factors]
        secret = new_secret("tg_se_", self.deps.entropy)
        number = self.clock.now() + len(proofs)
        session = Session(
            id=SessionId(f"ses_{secret.sha256()[:8]}{number}"),
            user=ADA,
            secret_digest=secret.sha256(),
            proofs=proofs,
            device=None,
            address="192.0.2.1",
            user_agent="test",
            created=now,
            last_used=now,
            absolute_end=now.plus(86_400),
        )
        async with self.store.work() as unit:
            await unit.sessions.add(session)
        self.session_secret = secret
        self.http.headers["cookie"] = f"__Host-twogate-session={secret.text()}"
        return session

    async def authorize(self, client: str = "shop", **change: str) -> httpx2.Response:
        """Ask for a code as the browser would; an empty text takes a parameter away."""
        asked = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": REDIRECT,
            "scope": "openid profile orders:read",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | change
        return await self.http.get(f"{OAUTH}/authorize", params={k: v for k, v in asked.items() if v})

    async def code(self, client: str = "shop", **change: str) -> str:
        """Return a fresh code."""
        return answer_of(await self.authorize(client, **change))["code"]

    async def token(self, **form: str) -> httpx2.Response:
        """Ask the token endpoint as a public client would; ``auth`` of confidential ones goes by ``basic``."""
        return await self.http.post(f"{OAUTH}/token", data={k: v for k, v in form.items() if v})

    async def redeem(self, code: str, client: str = "shop", **change: str) -> httpx2.Response:
        """Redeem a code."""
        form = {
            "grant_type": "authorization_code",
            "client_id": client,
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return await self.token(**form | change)

    async def tokens(self, client: str = "shop", **change: str) -> dict[str, Any]:
        """Sign in to a client and return its tokens."""
        answer = await self.redeem(await self.code(client, **change), client)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refresh(self, token: str, client: str = "shop", **more: str) -> httpx2.Response:
        """Use a refresh token."""
        return await self.token(grant_type="refresh_token", refresh_token=token, client_id=client, **more)

    async def introspect(self, token: str) -> dict[str, Any]:
        """Ask about a token as a confidential client."""
        answer = await self.http.post(f"{OAUTH}/introspect", data={"token": token}, auth=self.basic("backend"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def userinfo(self, token: str) -> httpx2.Response:
        """Ask who the token is for."""
        return await self.http.get(f"{OAUTH}/userinfo", headers={"authorization": f"Bearer {token}"})


def answer_of(response: httpx2.Response) -> dict[str, str]:
    """Return the parameters of a redirect to the client."""
    assert response.status_code == 303, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


@asynccontextmanager
async def open_house(folder: Path, *, after: House | None = None) -> AsyncIterator[House]:
    """An installation with Ada, two browser apps, a web app with a secret, and a service account.

    ``after``: the same installation once more, as another process sees it.
    """
    if after is None and not _populated:
        with TemporaryDirectory() as elsewhere:
            async with _opened(Path(elsewhere), FakeClock(), SeededEntropy("populate")) as first:
                await _populate(first)
                _populated.known = first.known
            _populated.database = (Path(elsewhere) / "twogate.db").read_bytes()
    if after is None:
        (folder / "twogate.db").write_bytes(_populated.database)
    clock = after.clock if after else FakeClock()
    async with _opened(folder, clock, SeededEntropy("restarted" if after else "twogate")) as made:
        made.known |= _populated.known
        yield made


@dataclass
class _Populated:
    """A populated database, made once in a test process and copied for each test."""

    database: bytes = b""
    totp: str = ""
    known: dict[str, RegisteredClient] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.database)


_populated = _Populated()


@asynccontextmanager
async def _opened(folder: Path, clock: FakeClock, entropy: SeededEntropy) -> AsyncIterator[House]:
    store = await Store.open(f"sqlite:///{folder / 'twogate.db'}", master_key=MASTER_KEY, entropy=entropy)
    front = FrontInForce(store, clock, version=1, front=Front(URL, ("https://shop.example",)))
    deps = assemble(CHEAP, store, clock=clock, entropy=entropy, front=front)
    app = build_app(deps)
    settings = deps.settings.tokens
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=URL) as http:
        yield House(
            deps,
            app,
            clock,
            http,
            clients=Clients(store, clock, entropy),
            api_tokens=ApiTokens(store, clock, entropy, audience=URL, settings=settings),
        )
    await deps.changes.close()
    deps.hashing.close()
    await store.close()


async def _populate(made: House) -> None:
    now, account = made.clock.now(), Account("Twogate", "ada")
    password, totp = (made.deps.authenticators.registry.get(name) for name in ("password", "totp"))
    assert password is not None
    assert totp is not None
    chosen = password.accept(password.offer(account, made.deps.entropy).remember, Secret(PASSWORD_TEXT), now)
    assert isinstance(chosen, Passed)
    states = {"password": chosen.value.state, "totp": totp.offer(account, made.deps.entropy).remember}
    _populated.totp = str(states["totp"]["secret"])
    async with made.store.work() as unit:
        await unit.users.add(User(ADA, "ada", "Ada Lovelace", "ada@example.com", now, enrolled_once=True))
        for factor, state in states.items():
            await unit.credentials.add(Credential(CredentialId(f"crd_{factor}"), ADA, factor, factor, state, 1, now))
    scope = ("openid", "profile", "email", "orders:read", "orders:write")
    await made.register("app", ClientKind.FIRST_PARTY, scope=scope)
    await made.register("shop", ClientKind.BROWSER, scope=scope)
    await made.register("desk", ClientKind.BROWSER, scope=scope)
    await made.register("backend", ClientKind.WEB, scope=scope)
    await made.register("robot", ClientKind.SERVICE, scope=("orders:read", "orders:write"))
