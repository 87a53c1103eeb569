"""A control plane for tests: real services on a real store, people to sign in as, a browser that keeps cookies.

The browser knows HTML as far as forms go: it fills in a form of the page it is looking at and sends it as a browser
would, hidden fields included.
"""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import pyotp
from fastapi import FastAPI
from tests.ports import FakeClock

from twogate.settings.factors import HashingSettings
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.account import Credential, User
from twogate.terms.ids import CredentialId, UserId, new_id
from twogate.terms.ports import Entropy
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed
from twogate.web.app import build_app
from twogate.web.dependencies import Dependencies, assemble
from twogate.web.front import Front, FrontInForce

PASSWORD = "four unrelated words of hers"
CHEAP = HashingSettings(memory_kib=7_168, passes=1, threads=2)
NAVIGATE = {
    "accept": "text/html,application/xhtml+xml",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "same-origin",
    "user-agent": "Probe/1 (Linux)",
}
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    id: UserId
    name: str
    password: str
    seed: str = ""

    def code(self, clock: FakeClock) -> str:
        """What their app shows now, by an implementation that is not ours."""
        return str(pyotp.TOTP(self.seed).at(clock.now().seconds))


@dataclass
class House:
    """One installation."""

    deps: Dependencies
    app: FastAPI
    clock: FakeClock

    @classmethod
    def build(
        cls,
        store: Store,
        clock: FakeClock,
        entropy: Entropy,
        *,
        public_url: str = "http://localhost:8080",
        settings: Settings | None = None,
    ) -> "House":
        """Put a control plane together on an open store."""
        front = FrontInForce(store, clock, version=0, front=Front(public_url, ("https://app.example.com",)))
        settings = settings or Settings(hashing=CHEAP)
        deps = assemble(settings, store, clock=clock, entropy=entropy, front=front)
        return cls(deps, build_app(deps), clock)

    async def close(self) -> None:
        await self.deps.changes.close()
        self.deps.hashing.close()

    def browser(self) -> "Browser":
        """A browser that nobody has used yet."""
        return Browser(self)

    async def person(self, name: str = "ada", *, second: bool = True) -> Person:
        """Add a person with a password, and with an authenticator app unless told otherwise."""
        deps = self.deps
        user = User(
            id=UserId(new_id("usr", deps.entropy)),
            name=name,
            display_name=name.title(),
            email="",
            created=deps.clock.now(),
            enrolled_once=second,
        )
        async with deps.store.work() as unit:
            await unit.users.add(user)
        await self.credential(user, "password", PASSWORD)
        seed = pyotp.random_base32() if second else ""
        if second:
            state = {"secret": seed, "digits": 6, "period": 30, "algorithm": "SHA1", "last_step": -1}
            await self._add(user, "totp", state)
        return Person(user.id, name, PASSWORD, seed)

    async def credential(self, user: User, factor: str, given: str) -> None:
        """Set a factor up for somebody, as its own offer and acceptance do."""
        found = self.deps.authenticators.registry.get(factor)
        assert found is not None
        account = self.deps.sign_in._accounts.label(user)
        begun = found.offer(account, self.deps.entropy)
        accepted = found.accept(begun.remember, Secret(given), self.deps.clock.now())
        assert isinstance(accepted, Passed), accepted
        await self._add(user, factor, accepted.value.state)

    async def recovery_codes(self, person: Person) -> tuple[str, ...]:
        """Make recovery codes for somebody."""
        deps = self.deps
        async with deps.store.read() as unit:
            user = await unit.users.get(person.id)
        assert user is not None
        spare = deps.authenticators.registry.get("recovery_code")
        assert spare is not None
        begun = spare.offer(deps.sign_in._accounts.label(user), deps.entropy)
        await self._add(user, "recovery_code", begun.remember)
        return begun.show.codes

    async def _add(self, user: User, factor: str, state: dict[str, object]) -> None:
        deps = self.deps
        credential = Credential(
            id=CredentialId(new_id("crd", deps.entropy)),
            user=user.id,
            factor=factor,
            label=factor,
            state=state,
            version=0,
            created=deps.clock.now(),
        )
        async with deps.store.work() as unit:
            await unit.credentials.add(credential)


@dataclass
class Form:
    """A form on a page: where it goes, and what it sends if nothing is typed."""

    action: str
    fields: dict[str, str]


@dataclass
class Browser:
    """Keeps cookies, follows redirects only when told to, fills in forms."""

    house: House
    page: httpx2.Response | None = None
    seen: list[httpx2.Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        transport = httpx2.ASGITransport(app=self.house.app)
        self.client = httpx2.AsyncClient(transport=transport, base_url=self.house.deps.front.public_url)

    async def send(self, method: str, url: str, **options: object) -> httpx2.Response:
        """Send a request with this browser's cookies."""
        headers = {**NAVIGATE, **(options.pop("headers", None) or {})}  # type: ignore[dict-item]
        self.page = await self.client.request(method, url, headers=headers, **options)  # type: ignore[arg-type]
        self.seen.append(self.page)
        return self.page

    async def get(self, url: str, **headers: str) -> httpx2.Response:
        return await self.send("GET", url, headers={key.replace("_", "-"): value for key, value in headers.items()})

    def forms(self) -> list[Form]:
        """The forms of the page the browser looks at."""
        assert self.page is not None
        found = []
        for attributes, inner in _FORM.findall(self.page.text):
            action = html.unescape(dict(_ATTRIBUTE.findall(attributes)).get("action", ""))
            inputs = [dict(_ATTRIBUTE.findall(one)) for one in _INPUT.findall(inner)]
            fields = {one["name"]: html.unescape(one.get("value", "")) for one in inputs if "name" in one}
            found.append(Form(action, fields))
        return found

    async def fill(self, at: int = 0, **typed: str) -> httpx2.Response:
        """Fill in a form of the page and send it."""
        form = self.forms()[at]
        assert typed.keys() <= form.fields.keys(), (typed, form)
        return await self.post(form.action, {**form.fields, **typed})

    async def post(self, url: str, fields: dict[str, str], **headers: str) -> httpx2.Response:
        """Send a form from our own origin."""
        origin = {"origin": self.house.deps.front.public_url}
        return await self.send("POST", url, data=fields, headers={**origin, **headers})

    async def sign_in(self, person: Person, *, return_to: str = "/orders") -> httpx2.Response:
        """Sign in with everything that is asked for, waiting for a code that was not used before."""
        await self.get(f"/.twogate/sign-in?return_to={return_to}")
        await self.fill(name=person.name, password=person.password)
        if person.seed:
            self.house.clock.advance(31)
            await self.fill(code=person.code(self.house.clock))
        assert self.page is not None
        return self.page

    def cookie(self, name: str) -> str:
        """What the browser holds under a name; empty when nothing."""
        return next((one.value or "" for one in self.client.cookies.jar if one.name == name), "")

    @property
    def landed(self) -> str:
        """Where the last answer sends the browser."""
        assert self.page is not None
        return urlsplit(self.page.headers.get("location", "")).path
