"""The ground of the random walk: a control plane, two people, two browsers, and a ledger of what was really shown.

The ledger is kept by the walk itself, from the secrets it typed, and knows nothing of what the product thinks of
them. The product may be stricter than the ledger, never more generous.
"""

import asyncio
import base64
import json
import pathlib
import re
import shutil
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pyotp
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.web.house import Browser, House, Person

from twogate.rules.assurance.level import Level, add_up
from twogate.services.people import People
from twogate.store.unit import Store
from twogate.terms.account import Credential
from twogate.terms.secret import Secret
from twogate.terms.session import Session

T = TypeVar("T")
_SEED = re.compile(r'class="typed-secret"[^>]*>([A-Z2-7 ]+)<')
_CODES = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")


@dataclass
class Walker:
    """A browser, and when it showed what for whom."""

    browser: Browser
    shown: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # person's id -> kind -> instants

    def show(self, person: str, kind: str, at: int) -> None:
        self.shown.setdefault(person, {}).setdefault(kind, []).append(at)

    def worth(self, person: str) -> Level:
        """What this browser can have reached for this person at the very most."""
        kinds = self.shown.get(person, {})
        known, held = "password" in kinds, "totp" in kinds
        if known and held:
            return Level.AAL2
        return Level.AAL1 if known or held else Level.NONE

    def moments(self, person: str, kind: str) -> list[int]:
        """When this browser showed that."""
        return self.shown.get(person, {}).get(kind, [])


def _doors(routes: Iterable[Any]) -> Iterator[tuple[str, list[str]]]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _doors(inner.routes)
        elif "{" not in route.path and not route.path.startswith("/.twogate/edge"):  # these wait for changes
            yield route.path, sorted((route.methods or set()) & {"GET", "POST"})


class Ground:
    """Everything a walk stands on; made anew for each walk."""

    def __init__(self, folder: pathlib.Path, template: pathlib.Path) -> None:
        shutil.copy(template, folder / "twogate.db")
        self._runner = asyncio.Runner()
        self.clock, entropy = FakeClock(), SeededEntropy()
        url = f"sqlite:///{folder / 'twogate.db'}"
        self.store = self.run(Store.open(url, master_key=MASTER_KEY, entropy=entropy))
        self.house = self.run(self._build(entropy))
        self.desk = People(
            self.store,
            self.clock,
            entropy,
            authenticators=self.house.deps.authenticators,
            settings=self.house.deps.settings.sign_in,
        )
        self.doors = sorted(_doors(self.house.app.routes))
        self.people = [self.run(self.house.person("alice")), self.run(self.house.person("bob", second=False))]
        other = Secret("seven quiet boats at noon")
        self.run(self.desk.reset_password(self.people[1].id, password=other, actor="cli:walk"))
        self.people[1] = replace(self.people[1], password=other.text())
        self.sheets: dict[str, list[str]] = {one.id: [] for one in self.people}
        self.sheets[self.people[0].id] = list(self.run(self.house.recovery_codes(self.people[0])))
        self.walkers = [Walker(self.house.browser()) for _ in range(2)]

    async def _build(self, entropy: SeededEntropy) -> House:
        return House.build(self.store, self.clock, entropy)

    def run(self, awaited: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(awaited)

    def close(self) -> None:
        for walker in self.walkers:
            self.run(walker.browser.client.aclose())
        self.run(self.house.close())
        self.run(self.store.close())
        self._runner.close()

    # ---- what is true
    def credentials(self, person: Person) -> list[Credential]:
        async def read() -> list[Credential]:
            async with self.store.read() as unit:
                return [one for one in await unit.credentials.of_user(person.id) if one.disabled is None]

        return self.run(read())

    def sessions(self) -> list[Session]:
        async def read() -> list[Session]:
            async with self.store.read() as unit:
                return [one for person in self.people for one in await unit.sessions.of_user(person.id)]

        return self.run(read())

    def session_of(self, walker: Walker) -> Session | None:
        secret = walker.browser.cookie("twogate-session")

        async def read() -> Session | None:
            async with self.store.read() as unit:
                return await unit.sessions.by_digest(Secret(secret).sha256())

        return self.run(read()) if secret else None

    def code(self, person: Person, *, steps: int = 0) -> str:
        """What this person's app shows; empty without one."""
        seeds = [str(one.state["secret"]) for one in self.credentials(person) if one.factor == "totp"]
        return str(pyotp.TOTP(seeds[-1]).at(self.clock.now().seconds, counter_offset=steps)) if seeds else ""

    def offered_code(self, walker: Walker) -> str:
        """What an app shows that has just scanned the page; empty where the page offers none."""
        found = _SEED.findall(walker.browser.page.text) if walker.browser.page is not None else []
        return str(pyotp.TOTP(found[0].replace(" ", "")).at(self.clock.now().seconds)) if found else ""

    # ---- the ledger
    def note(self, walker: Walker, fields: dict[str, str]) -> None:
        """Before a form goes out: whatever in it is right, for anybody, was shown by this browser now."""
        now = int(self.clock.now())
        typed = [value for name, value in fields.items() if name not in {"form_token", "step", "factor", "marks"}]
        offered = (
            {seed.replace(" ", "") for seed in _SEED.findall(walker.browser.page.text)}
            if (walker.browser.page is not None)
            else set()
        )
        for person in self.people:
            if person.password in typed:
                walker.show(person.id, "password", now)
            if any(self._is_code(person, offered, value) for value in typed):
                walker.show(person.id, "totp", now)
            if any(value in self.sheets[person.id] for value in typed):
                walker.show(person.id, "recovery_code", now)

    def _is_code(self, person: Person, offered: set[str], value: str) -> bool:
        """A code of this person's app that was not used yet, or of the app that the page just offered."""
        plain, step = value.replace(" ", ""), self.clock.now().seconds // 30
        for one in self.credentials(person):
            if one.factor == "totp":
                app = pyotp.TOTP(str(one.state["secret"]))
                good = (n for n in (step - 1, step, step + 1) if n > int(one.state["last_step"]))
                if any(app.generate_otp(n) == plain for n in good):
                    return True
        return any(
            pyotp.TOTP(seed).verify(plain, for_time=self.clock.now().seconds, valid_window=1) for seed in offered
        )

    def learn(self, walker: Walker) -> None:
        """After an answer: recovery codes that a page shows belong to whoever is signed in or signing in there."""
        page, session = walker.browser.page, self.session_of(walker)
        if page is not None and session is not None:
            self.sheets[session.user].extend(_CODES.findall(page.text))

    # ---- the invariant
    def check(self) -> list[Level]:
        """Authenticated at a level implies that the proofs shown add up to it; return the levels reached."""
        levels = []
        for walker in self.walkers:
            session = self.session_of(walker)
            if session is None:
                continue
            worth = add_up(session.proofs)
            assert worth.level <= walker.worth(session.user), (worth, walker.shown)
            for proof in session.proofs:
                assert int(proof.at) in walker.moments(session.user, proof.factor), (proof, walker.shown)
            self._check_token(walker, session, worth.level)
            levels.append(worth.level)
        for session in self.sessions():
            best = max(walker.worth(session.user) for walker in self.walkers)
            assert add_up(session.proofs).level <= best, session
        return levels

    def _check_token(self, walker: Walker, session: Session, level: Level) -> None:
        token = walker.browser.cookie("twogate")
        if not token:
            return
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if claims["sub"] == session.user and claims.get("sid") == session.id:
            assert Level.from_acr(claims["acr"]) <= max(level, walker.worth(session.user))
        assert Level.from_acr(claims["acr"]) <= walker.worth(claims["sub"]), claims
