"""The sign-in services on a real database, with cheap hashes, and people who hold real authenticators."""

import pathlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pyotp
from tests.ports import FakeClock, SeededEntropy

from twogate.rules.assurance.level import Level
from twogate.rules.factors.contract import Factor
from twogate.rules.factors.registry import Parameters, Registry, registry
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.rules.signin.event import CodeGiven, CodesSaved, EnrolmentConfirmed, PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.authenticators import Authenticators
from twogate.services.challenges import Awaited
from twogate.services.enrol import Enrol
from twogate.services.hashing import HashingPool
from twogate.services.own_password import OwnPassword
from twogate.services.people import People
from twogate.services.places import Places
from twogate.services.screens import Ask, AskEnrolment, Finished, Screen, ShowRecoveryCodes, SignedIn
from twogate.services.sessions import Sessions
from twogate.services.sign_in import SignIn
from twogate.services.stock import Stock, Validator
from twogate.settings.sessions import SessionSettings
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import AuditRow, Store
from twogate.terms.account import Notice, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import DeviceId
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused

CHEAP = SlowHash(Cost(memory_kib=8, passes=1, lanes=1))
PASSWORD = Secret("plum-orbit-lantern")
WRONG = Secret("not-the-password")
CALLER = Caller("203.0.113.7", "Mozilla/5.0", "rid-1")
STRANGER = Caller("198.51.100.66", "curl/8", "rid-2")
AAL1, AAL2 = Need(Level.AAL1), Need(Level.AAL2)


@dataclass
class Person:
    """Somebody with a password and perhaps an app and a sheet of codes."""

    user: User
    password: Secret = PASSWORD
    app: pyotp.TOTP | None = None
    codes: tuple[str, ...] = ()

    def code(self, desk: "Desk", *, steps: int = 0) -> Secret:
        assert self.app is not None
        return Secret(self.app.at(desk.clock.now().seconds, counter_offset=steps))

    def wrong_code(self, desk: "Desk") -> Secret:
        """Six digits that no step near now has."""
        assert self.app is not None
        near = {self.app.at(desk.clock.now().seconds, counter_offset=steps) for steps in range(-3, 4)}
        return Secret(next(code for code in ("000000", "111111", "222222", "333333") if code not in near))


@dataclass
class Desk:
    """Everything, wired as in production."""

    store: Store
    clock: FakeClock
    entropy: SeededEntropy
    settings: SignInSettings
    pool: HashingPool
    parameters: Parameters = field(default_factory=lambda: Parameters(hashing=CHEAP))
    more: tuple[Factor, ...] = ()  # factors beside those of the registry
    awaited: Awaited | None = None
    validator: Validator | None = None  # who vouches for keys whose secret is elsewhere
    places: Places | None = None
    gateways: list[int] = field(default_factory=list)  # the changes that were waited for

    def __post_init__(self) -> None:
        factors = Registry((*registry(self.parameters).factors, *self.more))
        stock = Stock(self.store, self.clock, validator=self.validator)
        self.authenticators = Authenticators(factors, self.pool, clock=self.clock, entropy=self.entropy, stock=stock)
        lifetimes = SessionSettings().lifetimes
        self.sessions = Sessions(self.store, self.clock, self.entropy, lifetimes=lifetimes, holds=self.places)
        ports = (self.store, self.clock, self.entropy)
        both = {"authenticators": self.authenticators, "settings": self.settings}
        usual = {"awaited": self.awaited, "sessions": self.sessions, **both}
        self.sign_in = SignIn(*ports, places=self.places, refused_everywhere=self._refused, **usual)
        self.enrol = Enrol(*ports, **usual)
        self.own_password = OwnPassword(*ports, sessions=self.sessions, **both)
        self.people = People(*ports, **both)

    async def _refused(self, change: int) -> None:
        self.gateways.append(change)

    # ---- people
    async def add(self, name: str = "alice", *, email: str = "") -> Person:
        added = await self.people.add(name, email=email, password=PASSWORD, actor="cli:test")
        assert isinstance(added, Passed), added
        return Person(added.value.user)

    async def alice(self, name: str = "alice") -> Person:
        """Somebody with password, app and recovery codes, set up a minute ago through the front door."""
        person = await self.add(name, email=f"{name}@example.com")
        await self.enrol_at_sign_in(person)
        self.clock.advance(60)
        return person

    async def enrol_at_sign_in(self, person: Person) -> SignedIn:
        asked = await self.give_password(person)
        assert isinstance(asked, AskEnrolment), asked
        person.app = pyotp.parse_uri(asked.offer.uri)
        shown = await self.sign_in.advance(asked.handle, EnrolmentConfirmed(person.code(self)), CALLER)
        assert isinstance(shown, ShowRecoveryCodes), shown
        person.codes = shown.codes
        return finished(await self.sign_in.advance(shown.handle, CodesSaved(), CALLER))

    # ---- steps
    async def begin(self, *, need: Need = AAL1, caller: Caller = CALLER, session: Session | None = None) -> Screen:
        return await self.sign_in.begin(need=need, caller=caller, client=None, session=session, return_to="/orders")

    async def give_password(
        self,
        person: Person | str,
        password: Secret | None = None,
        *,
        need: Need = AAL1,
        caller: Caller = CALLER,
    ) -> Screen:
        """Begin, and give name and password."""
        name, right = (person, PASSWORD) if isinstance(person, str) else (person.user.name, person.password)
        asked = await self.begin(need=need, caller=caller)
        assert isinstance(asked, Ask)
        return await self.sign_in.advance(
            asked.handle, PasswordGiven(name, right if password is None else password), caller
        )

    async def half(self, person: Person, *, caller: Caller = CALLER) -> Ask:
        """A half-session: the password is given, the second factor is asked for."""
        asked = await self.give_password(person, caller=caller)
        assert isinstance(asked, Ask), asked
        assert asked.refused is None, asked
        return asked

    async def give_code(self, asked: Screen, code: Secret, *, factor: str = "", caller: Caller = CALLER) -> Screen:
        assert isinstance(asked, Ask), asked
        return await self.sign_in.advance(asked.handle, CodeGiven(factor, code), caller)

    async def signed_in(self, person: Person, *, caller: Caller = CALLER, need: Need = AAL1) -> SignedIn:
        """All the way, with a code that was not used before."""
        self.clock.advance(60)
        asked = await self.give_password(person, need=need, caller=caller)
        return finished(await self.give_code(asked, person.code(self), caller=caller))

    async def known(self, person: Person) -> Caller:
        """Sign in once more and return the caller as the browser that now has a device cookie."""
        done = await self.signed_in(person)
        assert done.device_secret is not None
        device = await self.sessions.device(done.device_secret)
        return Caller("192.0.2.10", "Firefox", "rid-3", device=DeviceId(device or ""))

    # ---- what is left behind
    async def audit(self, event: Event | None = None) -> list[AuditRow]:
        async with self.store.read() as unit:
            return list(await unit.audit.list(limit=1000, event=event or ""))

    async def notices(self, person: Person) -> list[Notice]:
        async with self.store.read() as unit:
            return list(await unit.notices.of_user(person.user.id))


def finished(screen: object) -> SignedIn:
    assert isinstance(screen, Finished), screen
    return screen.signed_in


def refusal(screen: object) -> Refused:
    refused = getattr(screen, "refused", screen)
    assert isinstance(refused, Refused), screen
    return refused


@asynccontextmanager
async def open_desk(
    folder: pathlib.Path,
    *,
    settings: SignInSettings | None = None,
    queue: int = 1000,
    more: tuple[Factor, ...] = (),
    awaited: Awaited | None = None,
    parameters: Parameters | None = None,
) -> AsyncIterator[Desk]:
    """A desk on a fresh SQLite file in ``folder``."""
    entropy = SeededEntropy()
    store = await Store.open(f"sqlite:///{folder / 'twogate.db'}", master_key=bytes(range(32)), entropy=entropy)
    pool = HashingPool(threads=2, queue=queue)
    try:
        yield Desk(
            store,
            FakeClock(),
            entropy,
            settings or SignInSettings(),
            pool,
            parameters or Parameters(hashing=CHEAP),
            more=more,
            awaited=awaited,
        )
    finally:
        pool.close()
        await store.close()
