"""The sign-in services with tokens in a drawer: on any database, several processes' worth if wanted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.rules.factors.yubikeys import YubiKey
from tests.services.desk import CALLER, CHEAP, Desk, Person, finished

from twogate.rules.factors.hardware_token import TokenRules
from twogate.rules.factors.oath import hotp
from twogate.rules.factors.registry import Parameters
from twogate.rules.factors.seeds.seed import Delivery, Described, Seed, oath_seed, yubico_seed
from twogate.rules.factors.yubico_otp import YubicoRules
from twogate.rules.signin.event import CodesSaved, EnrolmentConfirmed, FactorChosen
from twogate.services.hardware_tokens import HardwareTokens
from twogate.services.hashing import HashingPool
from twogate.services.screens import AskEnrolment, Screen, ShowRecoveryCodes, SignedIn
from twogate.services.stock import Validator
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store
from twogate.terms.hardware_token import HardwareToken
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed

DESK = "cli:test"


@dataclass
class Button:
    """A token with a button, in somebody's hand."""

    serial: str = "GA1234"
    key: bytes = field(default=b"12345678901234567890", repr=False)
    counter: int = 0

    @property
    def seed(self) -> Seed:
        made = oath_seed(Described(self.serial, self.key, timed=False, model="Acme K1"))
        assert isinstance(made, Seed)
        return made

    def press(self, times: int = 1) -> Secret:
        """The code it shows after so many presses."""
        self.counter += times
        return Secret(hotp(self.key, self.counter - 1))


@dataclass
class TokenDesk(Desk):
    """And who gives tokens out."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tokens = HardwareTokens(self.store, self.clock, authenticators=self.authenticators)

    async def bring_in(self, *things: Button | YubiKey, reserved: bool = False) -> None:
        seeds = tuple(one.seed if isinstance(one, Button) else yubico(one) for one in things)
        done = await self.tokens.bring_in(Delivery(seeds, ()), reserved=reserved, actor=DESK)
        assert len(done.added) == len(things), done

    async def token(self, serial: str) -> HardwareToken:
        (found,) = [one for one in await self.tokens.list() if one.serial == serial]
        return found

    async def with_token(self, name: str, button: Button) -> Person:
        """Somebody with a password and a token that an administrator gave them."""
        person = await self.add(name)
        given = await self.tokens.assign(button.serial, person.user.id, code=None, actor=DESK)
        assert isinstance(given, Passed), given
        return person

    async def to_enrol(self, person: Person, factor: str) -> AskEnrolment:
        """At their first sign-in they choose to set this factor up."""
        asked = await self.give_password(person)
        assert isinstance(asked, AskEnrolment), asked
        if asked.factor.factor != factor:
            asked = await self.sign_in.advance(asked.handle, FactorChosen(factor), CALLER)
        assert isinstance(asked, AskEnrolment), asked
        assert asked.factor.factor == factor
        return asked

    async def confirm(self, asked: Screen, code: Secret) -> Screen:
        assert isinstance(asked, AskEnrolment), asked
        return await self.sign_in.advance(asked.handle, EnrolmentConfirmed(code), CALLER)

    async def named(self, person: Person, serial: str) -> Screen:
        """They have typed a serial and are asked for a code."""
        return await self.confirm(await self.to_enrol(person, "hardware_token"), Secret(serial))

    async def saved(self, shown: Screen) -> SignedIn:
        assert isinstance(shown, ShowRecoveryCodes), shown
        return finished(await self.sign_in.advance(shown.handle, CodesSaved(), CALLER))


def yubico(key: YubiKey) -> Seed:
    made = yubico_seed(key.public, private=key.private, key=key.key)
    assert isinstance(made, Seed)
    return made


@asynccontextmanager
async def open_token_desk(
    url: str, *, claims: bool = True, validator: Validator | None = None, seed: str = "twogate"
) -> AsyncIterator[TokenDesk]:
    """A desk on the database of ``url``; a second one with another ``seed`` is another process."""
    entropy = SeededEntropy(seed)
    store = await Store.open(url, master_key=MASTER_KEY, entropy=entropy)
    pool = HashingPool(threads=2, queue=1000)
    parameters = Parameters(
        hashing=CHEAP,
        hardware_token=TokenRules(claims=claims),
        yubico=YubicoRules(claims=claims, cloud=validator is not None),
    )
    try:
        yield TokenDesk(store, FakeClock(), entropy, SignInSettings(), pool, parameters, validator=validator)
    finally:
        pool.close()
        await store.close()
